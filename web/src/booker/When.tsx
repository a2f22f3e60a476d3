import type { Choice, Interval, Resource } from '@slotkeeper/client'
import { useSpeech } from '../i18n/speech.js'
import { CalendarIcon } from '../page/icons.js'
import { cityOf, isKnown, localDay, sameClocks } from '../time/zone.js'

/** The span of a choice. */
export const spanOf = ({ start, duration }: Choice): Interval => ({
  start,
  end: new Date(Date.parse(start) + duration * 60_000).toISOString() as Interval['end'],
})

export interface WhenProps {
  readonly choice: Choice
  readonly zone: string
  readonly resource: Resource
}

/** Day and time of a choice, by the clock of the place too where that shows another time. */
export function When({ choice, zone, resource }: WhenProps) {
  const { say, formats } = useSpeech()
  const span = spanOf(choice)
  const there = resource.timezone
  const differs = isKnown(there) && !sameClocks(zone, there, Date.parse(choice.start))
  const sameDay = localDay(span.start, zone) === localDay(span.start, there)
  return (
    <p className="fact when">
      <CalendarIcon />
      <span>
        <span className="unseen">{say('about.when')}: </span>
        <strong>{formats.dayFull(localDay(span.start, zone))}</strong>
        <br />
        {formats.span(span, zone)}
        {(choice.quantity ?? 1) > 1 && (
          <>
            <br />
            {say('about.seats.count', { count: choice.quantity ?? 1 })}
          </>
        )}
        {differs && (
          <>
            <br />
            <span className="quiet">
              {say('about.resourceTime', {
                time: sameDay ? formats.span(span, there) : formats.spanWithDay(span, there),
                city: cityOf(there),
              })}
            </span>
          </>
        )}
      </span>
    </p>
  )
}
