import {
  addDays,
  type Answer,
  type Api,
  type Day,
  type Month,
  type Resource,
  type ResourceId,
} from '@slotkeeper/client'
import { useSlotkeeper } from '@slotkeeper/react'
import { useCallback } from 'react'
import { useAnswer } from '../page/useAnswer.js'
import { isZoneRefused } from '../time/zone.js'

/** Days ahead that are looked through. */
const DAYS_AHEAD = 13

/** Resources that one question may ask about. */
const ASKED_MAX = 100

/** The days of each resource on which its shortest duration is free. */
export type Free = ReadonlyMap<ResourceId, Month | undefined>

/** When each of many resources is free: a question for a hundred of them, not for each. */
export function useFree(
  resources: readonly Resource[] | undefined,
  today: Day,
  zone: string,
): Free | undefined {
  const { api } = useSlotkeeper()
  const ask = useCallback(
    () => freeOf(api, resources ?? [], today, zone),
    [api, resources, today, zone],
  )
  return useAnswer(ask).value
}

async function freeOf(
  api: Api,
  resources: readonly Resource[],
  from: Day,
  zone: string,
): Promise<Answer<Free>> {
  const free = new Map<ResourceId, Month | undefined>()
  const range = { from, to: addDays(from, DAYS_AHEAD) }
  let timezone: string | undefined = zone
  for (let first = 0; first < resources.length; first += ASKED_MAX) {
    const asked = resources.slice(first, first + ASKED_MAX)
    const resourceIds = asked.map(({ resourceId }) => resourceId)
    let answer = await api.availabilities({ ...range, resourceIds, timezone })
    if (answer.kind !== 'ok' && isZoneRefused(answer)) {
      // The browser knows a zone that the server does not: the places' own are left.
      timezone = undefined
      answer = await api.availabilities({ ...range, resourceIds })
    }
    if (answer.kind !== 'ok') return answer
    for (const { resourceId, days } of answer.value.resources) free.set(resourceId, days)
  }
  return { kind: 'ok', value: free }
}
