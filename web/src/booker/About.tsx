import { addDays, type Instant, type Resource } from '@slotkeeper/client'
import type { ReactNode } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { dayStartMs } from '../time/dayStart.js'
import { cityOf } from '../time/zone.js'
import { Clock, Globe } from '../page/icons.js'
import type { Look } from './useLook.js'

export interface AboutProps {
  readonly resource: Resource
  readonly look: Look
  /** The duration, in minutes, that is settled. Absent: it can be chosen. */
  readonly locked?: number | undefined
  /** The time that is chosen. Absent: it still can be. */
  readonly start?: Instant | undefined
  /** What stands above the name: the way to other resources. */
  readonly back?: ReactNode
  readonly children?: ReactNode
}

/** What is booked: its name, for how long, and whose clock the times are told by. */
export function About({ resource, look, locked, start, back, children }: AboutProps) {
  return (
    <header className="about">
      {back}
      <h1>{resource.name}</h1>
      {children}
      {locked ? <Locked duration={locked} /> : <Durations resource={resource} look={look} />}
      {!locked && (resource.capacity ?? 1) > 1 && <Seats resource={resource} look={look} />}
      <Zones resource={resource} look={look} start={start} />
    </header>
  )
}

function Locked({ duration }: { readonly duration: number }) {
  const { say, formats } = useSpeech()
  return (
    <p className="fact" title={say('about.duration.locked')}>
      <Clock />
      <span>
        <span className="unseen">{say('about.duration')}: </span>
        {formats.duration(duration)}
      </span>
    </p>
  )
}

function Durations({ resource, look }: AboutProps) {
  const { say, formats } = useSpeech()
  return (
    <fieldset className="durations">
      <legend>{say('about.duration')}</legend>
      <div className="segments">
        {resource.durations.map((minutes) => (
          <label key={minutes}>
            <input
              type="radio"
              name={`duration-${resource.resourceId}`}
              value={minutes}
              checked={minutes === look.duration}
              onChange={() => look.setDuration(minutes)}
            />
            <span aria-hidden="true">{formats.durationShort(minutes)}</span>
            <span className="unseen">{formats.duration(minutes)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** How many come. */
function Seats({ resource, look }: AboutProps) {
  const { say } = useSpeech()
  const capacity = resource.capacity ?? 1
  const choose = (text: string) => {
    const seats = Number(text)
    if (Number.isInteger(seats) && seats >= 1 && seats <= capacity) look.setQuantity(seats)
  }
  return (
    <label className="seats">
      <span>{say('about.seats')}</span>
      <input
        type="number"
        inputMode="numeric"
        min={1}
        max={capacity}
        defaultValue={look.quantity}
        onChange={({ target }) => choose(target.value)}
      />
    </label>
  )
}

/** Names the zone, and lets visitors from elsewhere see the times of the place itself. */
function Zones({ resource, look, start }: AboutProps) {
  const { say, formats } = useSpeech()
  const words = (zone: string) => ({ city: cityOf(zone), offset: offsetsOf(zone) })
  // Of the time that is chosen; else of the day, which may have two.
  const offsetsOf = (zone: string) => {
    const day = look.day ?? look.today
    const ends = [dayStartMs(day, look.zone), dayStartMs(addDays(day, 1), look.zone) - 1]
    const moments = start === undefined ? ends : [Date.parse(start)]
    return [...new Set(moments.map((ms) => formats.offset(ms, zone)))].join(' / ')
  }
  if (look.zones.length === 1) {
    return (
      <p className="fact">
        <Globe />
        {say('about.zone.same', words(look.zone))}
      </p>
    )
  }
  return (
    <fieldset className="zones">
      <legend>{say('about.zone')}</legend>
      {look.zones.map((zone) => (
        <label key={zone} className="choice">
          <input
            type="radio"
            name={`zone-${resource.resourceId}`}
            value={zone}
            checked={zone === look.zone}
            onChange={() => look.setZone(zone)}
          />
          {zone === resource.timezone
            ? say('about.zone.resource', { resource: resource.name, ...words(zone) })
            : say('about.zone.own', words(zone))}
        </label>
      ))}
    </fieldset>
  )
}
