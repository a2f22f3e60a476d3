import type { Answer, Api, Day, Month, Resource } from '@slotkeeper/client'
import { useCallback, useDeferredValue, useEffect, useId, useState } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { ErrorNotice } from '../page/ErrorNotice.js'
import { Chevron, Clock, Globe } from '../page/icons.js'
import { Notice } from '../page/Notice.js'
import { resourcePath } from '../page/route.js'
import { useAnswer } from '../page/useAnswer.js'
import { useSlotkeeper } from '@slotkeeper/react'
import { useToday } from '../time/useToday.js'
import { cityOf, ownZone } from '../time/zone.js'
import { found } from './found.js'
import { NextFree } from './NextFree.js'
import { useFree } from './useFree.js'

/** Pages of resources that are read: more than anybody looks through. */
const PAGES_MAX = 20

/** Resources from which on a search is worth its place: fewer are seen at a glance. */
const SEARCH_FROM = 8

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
  const [wanted, setWanted] = useState('')
  const settled = useDeferredValue(wanted)
  const shown = value && found(value, settled)
  const zone = ownZone()
  const today = useToday(zone)
  const free = useFree(value, today, zone)
  if (error && !value) return <ErrorNotice error={error} onAgain={again} />
  if (value?.length === 0) {
    return <Notice title={say('picker.none')} hint={say('picker.none.hint')} />
  }
  return (
    <section className="picker" aria-busy={!value}>
      <h1>{say('picker.title')}</h1>
      {value && value.length >= SEARCH_FROM && (
        <Search wanted={wanted} onWanted={setWanted} count={shown?.length ?? 0} />
      )}
      <ul className="resources">
        {shown?.map((resource) => (
          <li key={resource.resourceId}>
            <ResourceCard resource={resource} days={free?.get(resource.resourceId)} today={today} />
          </li>
        ))}
        {!value && [0, 1, 2].map((index) => <li key={index} className="card resource waiting" />)}
      </ul>
    </section>
  )
}

interface SearchProps {
  readonly wanted: string
  readonly onWanted: (wanted: string) => void
  /** How many are found. */
  readonly count: number
}

function Search({ wanted, onWanted, count }: SearchProps) {
  const { say } = useSpeech()
  const id = useId()
  return (
    <div className="search" role="search">
      <label htmlFor={id}>{say('picker.search')}</label>
      <input
        id={id}
        type="search"
        autoComplete="off"
        value={wanted}
        onChange={({ target }) => onWanted(target.value)}
      />
      <p role="status" className="quiet">
        {say('picker.found', { count })}
      </p>
    </div>
  )
}

interface ResourceCardProps {
  readonly resource: Resource
  readonly days: Month | undefined
  readonly today: Day
}

function ResourceCard({ resource, days, today }: ResourceCardProps) {
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
      <NextFree days={days} today={today} />
      <Chevron to="end" />
    </a>
  )
}
