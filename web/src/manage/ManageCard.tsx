import type { Booking, Resource } from '@slotkeeper/client'
import { useEffect, useRef, useState } from 'react'
import { When } from '../booker/When.js'
import { useSpeech } from '../i18n/speech.js'
import { useSlotkeeper } from '@slotkeeper/react'
import { zoneFor } from '../time/zone.js'
import { CancelDialog } from './CancelDialog.js'

/** What became of a change. `gone`: it was no longer possible. */
export type Outcome = 'moved' | 'cancelled' | 'gone'

export interface ManageCardProps {
  readonly booking: Booking
  readonly resource: Resource
  /** What was just done to it. */
  readonly outcome: Outcome | undefined
  readonly onMove: () => void
  /** Cancels; what it gives back says why that failed. */
  readonly onCancel: () => Promise<string | undefined>
}

type Status = 'confirmed' | 'cancelled' | 'ended'

const statusOf = ({ status, end }: Booking, nowMs: number): Status =>
  status === 'confirmed' && Date.parse(end) <= nowMs ? 'ended' : status

/** Whether the notice before its start has begun that a resource wants, in minutes. */
const isLate = ({ start }: Booking, notice: number | undefined, nowMs: number): boolean =>
  notice !== undefined && Date.parse(start) - notice * 60_000 < nowMs

/** What it is too late for. */
const lateText = ({ move, cancel }: { readonly move: boolean; readonly cancel: boolean }) =>
  move && cancel ? 'manage.late' : move ? 'manage.late.move' : 'manage.late.cancel'

/** A booking, and what can be done to it. */
export function ManageCard({ booking, resource, outcome, onMove, onCancel }: ManageCardProps) {
  const { say, formats } = useSpeech()
  const [asking, setAsking] = useState(false)
  const title = useRef<HTMLHeadingElement>(null)
  const { nowMs } = useSlotkeeper()
  const status = statusOf(booking, nowMs())
  const zone = zoneFor(resource.timezone)
  const late = {
    move: isLate(booking, resource.changeNotice, nowMs()),
    cancel: isLate(booking, resource.cancelNotice, nowMs()),
  }
  useEffect(() => {
    if (outcome) title.current?.focus()
  }, [outcome])

  const outcomes = {
    moved: () => say('manage.moved', { time: formats.spanWithDay(booking, zone) }),
    cancelled: () => say('manage.cancelled.done'),
    gone: () => say('manage.gone'),
  }
  return (
    <section className="card manage" aria-labelledby="manage-title">
      <p className="badge" data-status={status}>
        {say(`manage.${status}`)}
      </p>
      <h1 id="manage-title" ref={title} tabIndex={-1}>
        {say('manage.title')}
      </h1>
      <p role="status" className="outcome">
        {outcome && outcomes[outcome]()}
      </p>
      <Facts booking={booking} resource={resource} zone={zone} />
      {status === 'confirmed' && (late.move || late.cancel) && (
        <p className="quiet">{say(lateText(late))}</p>
      )}
      {status === 'confirmed' && (
        <p className="actions">
          {!late.move && resource.durations.includes(booking.duration) && (
            <button type="button" className="button primary" onClick={onMove}>
              {say('manage.move')}
            </button>
          )}
          {!late.cancel && (
            <button type="button" className="button danger" onClick={() => setAsking(true)}>
              {say('manage.cancel')}
            </button>
          )}
        </p>
      )}
      {asking && <CancelDialog onCancel={onCancel} onClose={() => setAsking(false)} />}
    </section>
  )
}

function Facts({
  booking,
  resource,
  zone,
}: Pick<ManageCardProps, 'booking' | 'resource'> & { readonly zone: string }) {
  const { say } = useSpeech()
  const { attendee } = booking
  return (
    <dl className="facts">
      <dt>{say('done.what')}</dt>
      <dd>{resource.name}</dd>
      <dt>{say('done.when')}</dt>
      <dd>
        <When choice={booking} zone={zone} resource={resource} />
      </dd>
      <dt>{say('done.who')}</dt>
      {attendee ? (
        <dd>
          {attendee.name}
          <br />
          <span className="quiet">{attendee.email}</span>
        </dd>
      ) : (
        <dd className="quiet">{say('manage.erased')}</dd>
      )}
      {attendee?.notes && (
        <>
          <dt>{say('done.notes')}</dt>
          <dd className="notes">{attendee.notes}</dd>
        </>
      )}
    </dl>
  )
}
