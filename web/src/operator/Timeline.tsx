import { addDays, type Api, type Day, type Resource } from '@slotkeeper/client'
import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { Chevron } from '../page/icons.js'
import { useSlotkeeper } from '@slotkeeper/react'
import { useToday } from '../time/useToday.js'
import { cityOf, ownZone } from '../time/zone.js'
import { dayStartMs } from '../time/dayStart.js'
import { Axis } from './Axis.js'
import type { ListedBooking } from './adminApi.js'
import { BookingDialog } from './BookingDialog.js'
import { ClosuresDialog } from './ClosuresDialog.js'
import { ResourceRow } from './ResourceRow.js'
import { useNow } from './useNow.js'
import { useOperator } from './useOperator.js'
import { usePolled } from './usePolled.js'

/** Milliseconds between two looks at which resources there are, and pages of them at most. */
const RESOURCES_EVERY_MS = 60_000
const PAGES_MAX = 20

/** The part of a day that is over at eight. */
const MORNING = 8 / 24

/** Rows that are shown before more are asked for. */
const ROWS_STEP = 25

/** A day of every resource: what is booked and what is held at the moment. */
export function Timeline() {
  const { tell } = useOperator()
  const { formats } = useSpeech()
  const zone = ownZone()
  const today = useToday(zone)
  const [chosen, setChosen] = useState<Day>()
  const [opened, setOpened] = useState<{ booking: ListedBooking; resource: string }>()
  const [closures, setClosures] = useState<Resource>()
  const day = chosen ?? today
  const span = { fromMs: dayStartMs(day, zone), toMs: dayStartMs(addDays(day, 1), zone) }
  const now = useNow()
  const timeline = useMorningInSight()
  return (
    <section aria-labelledby="day-title">
      <div className="day-head">
        <h2 id="day-title" aria-live="polite">
          {formats.dayFull(day)}
        </h2>
        <DaySteps day={day} today={today} onDay={setChosen} />
        <p className="quiet">
          {tell('day.zone', { city: cityOf(zone), offset: formats.offset(span.fromMs, zone) })}
        </p>
      </div>
      <div className="timeline" ref={timeline} role="region" aria-label={tell('day')} tabIndex={0}>
        <Axis span={span} zone={zone} nowMs={now} />
        <Rows>
          {(resource) => (
            <ResourceRow
              key={`${resource.resourceId} ${day}`}
              resource={resource}
              span={span}
              zone={zone}
              nowMs={now}
              onOpen={(booking, name) => setOpened({ booking, resource: name })}
              onClosures={setClosures}
            />
          )}
        </Rows>
      </div>
      <p className="legend">
        <span data-kind="booking">{tell('legend.booking')}</span>
        <span data-kind="hold">{tell('legend.hold')}</span>
      </p>
      {closures && (
        <ClosuresDialog
          resource={closures}
          zone={zone}
          today={today}
          onClose={() => setClosures(undefined)}
        />
      )}
      {opened && (
        <BookingDialog
          listed={opened.booking}
          resource={opened.resource}
          zone={zone}
          onClose={() => setOpened(undefined)}
        />
      )}
    </section>
  )
}

/** Where the day does not fit, its hours of work are what is seen of it first. */
function useMorningInSight() {
  const timeline = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const { current } = timeline
    const track = current?.querySelector('.axis-track')
    if (current && track) current.scrollLeft = track.clientWidth * MORNING
  }, [])
  return timeline
}

interface DayStepsProps {
  readonly day: Day
  readonly today: Day
  readonly onDay: (day: Day | undefined) => void
}

function DaySteps({ day, today, onDay }: DayStepsProps) {
  const { tell } = useOperator()
  return (
    <div className="day-steps">
      <button
        type="button"
        className="icon-button"
        aria-label={tell('day.previous')}
        onClick={() => onDay(addDays(day, -1))}
      >
        <Chevron to="start" />
      </button>
      <button
        type="button"
        className="button"
        aria-disabled={day === today}
        onClick={() => onDay(undefined)}
      >
        {tell('day.today')}
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={tell('day.next')}
        onClick={() => onDay(addDays(day, 1))}
      >
        <Chevron to="end" />
      </button>
    </div>
  )
}

function Rows({ children }: { readonly children: (resource: Resource) => React.ReactNode }) {
  const { tell } = useOperator()
  const [shown, setShown] = useState(ROWS_STEP)
  const { value: resources } = useResources()
  if (resources?.length === 0) return <p className="quiet">{tell('resources.none')}</p>
  return (
    <>
      <ul className="rows">{resources?.slice(0, shown).map(children)}</ul>
      {resources && resources.length > shown && (
        <button type="button" className="button" onClick={() => setShown(shown + ROWS_STEP)}>
          {tell('resources.more')}
        </button>
      )}
    </>
  )
}

function useResources() {
  const { api } = useSlotkeeper()
  const read = useCallback(
    async () => [...(await allOf(api, 'open')), ...(await allOf(api, 'retired'))],
    [api],
  )
  return usePolled(read, RESOURCES_EVERY_MS)
}

/** All resources of a status. Retired ones may have bookings still. */
async function allOf(api: Api, status: Resource['status']): Promise<readonly Resource[]> {
  const all: Resource[] = []
  let cursor: string | undefined
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await api.resources(cursor, status)
    if (answer.kind !== 'ok') throw new Error(answer.detail)
    all.push(...answer.value.resources)
    cursor = answer.value.nextCursor
    if (!cursor) break
  }
  return all
}
