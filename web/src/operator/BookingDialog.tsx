import type { Booking } from '@slotkeeper/client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { localDay } from '../time/zone.js'
import { mailtoOf } from './mailto.js'
import type { ListedBooking } from './adminApi.js'
import { useOperator } from './useOperator.js'
import { usePolled } from './usePolled.js'

export interface BookingDialogProps {
  readonly listed: ListedBooking
  readonly zone: string
  /** The name of what is booked. */
  readonly resource: string
  readonly onClose: () => void
}

/** Milliseconds between two looks at an open booking. */
const EVERY_MS = 10_000

/** A booking with its attendee, and the means to cancel it. */
export function BookingDialog({ listed, zone, resource, onClose }: BookingDialogProps) {
  const { api, tell } = useOperator()
  const dialog = useRef<HTMLDialogElement>(null)
  const read = useCallback(() => api.booking(listed.bookingId), [api, listed.bookingId])
  const { value: booking, failed } = usePolled(read, EVERY_MS)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog className="dialog" ref={dialog} aria-labelledby="detail-title" onClose={onClose}>
      <h2 id="detail-title">{tell('detail.title')}</h2>
      {booking ? (
        <Facts booking={booking} zone={zone} resource={resource} />
      ) : (
        <p className="quiet">{tell(failed ? 'detail.failed' : 'detail.loading')}</p>
      )}
      <div className="actions">
        {booking?.status === 'confirmed' && <Cancel booking={booking} onDone={onClose} />}
        <button type="button" className="button" onClick={onClose}>
          {tell('detail.close')}
        </button>
      </div>
    </dialog>
  )
}

function Facts({
  booking,
  zone,
  resource,
}: Pick<BookingDialogProps, 'zone' | 'resource'> & { readonly booking: Booking }) {
  const { tell } = useOperator()
  const { formats } = useSpeech()
  const { attendee } = booking
  return (
    <dl className="facts">
      <dt>{tell('detail.what')}</dt>
      <dd>{resource}</dd>
      <dt>{tell('detail.when')}</dt>
      <dd>
        {formats.dayFull(localDay(booking.start, zone))}
        <br />
        {formats.span(booking, zone)}
      </dd>
      <dt>{tell('detail.status')}</dt>
      <dd>{tell(`booking.${booking.status}`)}</dd>
      <dt>{tell('detail.who')}</dt>
      <dd>
        {attendee?.name ?? tell('detail.erased')}
        <br />
        {attendee && <a href={mailtoOf(attendee.email)}>{attendee.email}</a>}
      </dd>
      {attendee?.notes && (
        <>
          <dt>{tell('detail.notes')}</dt>
          <dd className="notes">{attendee.notes}</dd>
        </>
      )}
      <dt>{tell('detail.id')}</dt>
      <dd>
        <code>{booking.bookingId}</code>
      </dd>
    </dl>
  )
}

/** Asks once more before it cancels, in the same place. */
function Cancel({ booking, onDone }: { readonly booking: Booking; readonly onDone: () => void }) {
  const { api, tell } = useOperator()
  const [state, setState] = useState<'cancel' | 'sure' | 'cancelling' | 'cancel.failed'>('cancel')
  const press = async () => {
    if (state === 'cancel') return setState('sure')
    if (state === 'cancelling') return
    setState('cancelling')
    try {
      await api.cancel(booking.bookingId)
      onDone()
    } catch {
      setState('cancel.failed')
    }
  }
  const failed = state === 'cancel.failed'
  return (
    <>
      <p role="alert" className="field-error">
        {failed && tell('detail.cancel.failed')}
      </p>
      <button type="button" className="button danger" onClick={() => void press()}>
        {tell(`detail.${failed ? 'cancel' : state}`)}
      </button>
    </>
  )
}
