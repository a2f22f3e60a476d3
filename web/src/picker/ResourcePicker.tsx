import type { Answer, Api, Resource } from '@slotkeeper/client'
import { useCallback, useEffect } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { ErrorNotice } from '../page/ErrorNotice.js'
import { Chevron, Clock, Globe } from '../page/icons.js'
import { Notice } from '../page/Notice.js'
import { resourcePath } from '../page/route.js'
import { useAnswer } from '../page/useAnswer.js'
import { useSlotkeeper } from '@slotkeeper/react'
import { cityOf } from '../time/zone.js'
import { NextFree } from './NextFree.js'

/** Pages of resources that are read: more than anybody looks through. */
const PAGES_MAX = 20

/** Every resource, page by page. */
async function allOf(api: Api): Promise<Answer<readonly Resource[]>> {
  const all: Resource[] = []
  let cursor: string | undefined
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await api.resources(cursor)
    if (answer.kind !== 'ok') return answer
    all.push(...answer.value.resources)
    cursor = answer.value.nextCursor
    if (!cursor) break
  }
  return { kind: 'ok', value: all }
}

/** Everything that can be booked. */
export function ResourcePicker() {
  const { say } = useSpeech()
  const { api } = useSlotkeeper()
  useEffect(() => {
    document.title = say('app.title')
  }, [say])
  const { value, error, again } = useAnswer(useCallback(() => allOf(api), [api]))
  if (error && !value) return <ErrorNotice error={error} onAgain={again} />
  if (value?.length === 0) {
    return <Notice title={say('picker.none')} hint={say('picker.none.hint')} />
  }
  return (
    <section className="picker" aria-busy={!value}>
      <h1>{say('picker.title')}</h1>
      <ul className="resources">
        {value?.map((resource) => (
          <li key={resource.resourceId}>
            <ResourceCard resource={resource} />
          </li>
        ))}
        {!value && [0, 1, 2].map((index) => <li key={index} className="card resource waiting" />)}
      </ul>
    </section>
  )
}

function ResourceCard({ resource }: { readonly resource: Resource }) {
  const { say, formats } = useSpeech()
  const durations = resource.durations.map(formats.durationShort).join(' · ')
  return (
    <a className="card resource" href={resourcePath(resource.resourceId)}>
      <h2>{resource.name}</h2>
      <p className="fact">
        <Clock />
        {durations}
      </p>
      <p className="fact">
        <Globe />
        {say('picker.zone', { city: cityOf(resource.timezone) })}
      </p>
      <NextFree resource={resource} />
      <Chevron to="end" />
    </a>
  )
}
