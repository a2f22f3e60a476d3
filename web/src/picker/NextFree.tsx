import { addDays, type Day, type Resource } from '@slotkeeper/client'
import { useCallback, useState } from 'react'
import { useSpeech } from '../i18n/speech.js'
import type { Say } from '../i18n/text.js'
import { useAnswer } from '../page/useAnswer.js'
import { useSlotkeeper } from '@slotkeeper/react'
import type { Formats } from '../time/formats.js'
import { useToday } from '../time/useToday.js'
import { isZoneRefused, zoneFor } from '../time/zone.js'

/** Days ahead that are looked through. */
const DAYS_AHEAD = 13

/** Says when a resource is free next, for its shortest duration. */
export function NextFree({ resource }: { readonly resource: Resource }) {
  const { say, formats } = useSpeech()
  const { api } = useSlotkeeper()
  const { resourceId, durations, timezone } = resource
  const [zone, setZone] = useState(() => zoneFor(timezone))
  const today = useToday(zone)
  const duration = Math.min(...durations)
  const { value, error } = useAnswer(
    useCallback(
      () =>
        api.availability({
          resourceId,
          from: today,
          to: addDays(today, DAYS_AHEAD),
          duration,
          timezone: zone,
        }),
      [api, resourceId, duration, today, zone],
    ),
  )
  if (isZoneRefused(error) && zone !== timezone) setZone(timezone)
  const free = value && (Object.keys(value.days) as Day[]).toSorted().find((day) => value.days[day])
  return (
    <p className="next-free" data-free={free !== undefined}>
      {value ? textOf(free, today, say, formats) : ''}
    </p>
  )
}

function textOf(free: Day | undefined, today: Day, say: Say, formats: Formats): string {
  if (free === undefined) return say('picker.free.none')
  if (free === today) return say('picker.free.today')
  if (free === addDays(today, 1)) return say('picker.free.tomorrow')
  return say('picker.free.later', { day: formats.dayShort(free) })
}
