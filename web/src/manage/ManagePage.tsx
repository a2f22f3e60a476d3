import {
  type BookedSpan,
  type Booking,
  type BookingId,
  isRefusal,
  type ManagedBooking,
  type ManageToken,
  type Resource,
} from '@slotkeeper/client'
import { useCallback, useMemo, useState } from 'react'
import { isOpen } from '../booker/flow.js'
import { useSpeech } from '../i18n/speech.js'
import { teach } from '../i18n/text.js'
import { ErrorNotice } from '../page/ErrorNotice.js'
import { Notice } from '../page/Notice.js'
import { useAnswer } from '../page/useAnswer.js'
import { useSlotkeeper } from '@slotkeeper/react'
import { STEP_TEXTS } from '../steps/texts.js'
import { ManageCard, type Outcome } from './ManageCard.js'
import { Move } from './Move.js'
import { concernsBooking } from './useMove.js'

teach(STEP_TEXTS)

export interface ManagePageProps {
  readonly bookingId: BookingId
  readonly token: ManageToken | undefined
}

/** A booking, for whoever has its link. */
export function ManagePage({ bookingId, token }: ManagePageProps) {
  const { say } = useSpeech()
  if (token) return <Managed bookingId={bookingId} token={token} />
  return <Notice title={say('manage.incomplete')} hint={say('manage.incomplete.hint')} home />
}

function Managed({ bookingId, token }: { bookingId: BookingId; token: ManageToken }) {
  const { say } = useSpeech()
  const client = useSlotkeeper()
  const managed = useMemo(() => client.managed(bookingId, token), [client, bookingId, token])
  const { value, error, again } = useAnswer(
    useCallback(async () => {
      const booking = await managed.read()
      if (booking.kind !== 'ok') return booking
      const resource = await client.api.resource(booking.value.resourceId)
      if (resource.kind !== 'ok') return resource
      return { kind: 'ok', value: { booking: booking.value, resource: resource.value } }
    }, [client, managed]),
  )
  if (value) return <Known managed={managed} resource={value.resource} read={value.booking} />
  if (!error)
    return <div className="card waiting" role="status" aria-label={say('manage.loading')} />
  const unknown = error.kind === 'booking_not_found' || error.kind === 'invalid'
  if (unknown) return <Notice title={say('manage.unknown')} hint={say('app.notFound.hint')} home />
  if (error.kind === 'unauthorized') {
    return <Notice title={say('manage.incomplete')} hint={say('manage.incomplete.hint')} home />
  }
  return <ErrorNotice error={error} onAgain={again} />
}

interface KnownProps {
  readonly managed: ManagedBooking
  readonly resource: Resource
  /** The booking as it was read when the page was opened. */
  readonly read: Booking
}

function Known({ managed, resource, read }: KnownProps) {
  const { say } = useSpeech()
  const [booking, setBooking] = useState(read)
  const [moving, setMoving] = useState(false)
  const [outcome, setOutcome] = useState<Outcome>()

  /** What was asked for can't be done any more: shows how the booking stands instead. */
  const lookAgain = async () => {
    const now = await managed.read()
    if (now.kind === 'ok') setBooking(now.value)
    setOutcome('gone')
    setMoving(false)
  }

  if (moving) {
    const onMoved = (moved: BookedSpan) => {
      setBooking({ ...booking, ...moved })
      setOutcome('moved')
      setMoving(false)
    }
    return (
      <Move
        managed={managed}
        resource={resource}
        booking={booking}
        onMoved={onMoved}
        onGone={() => void lookAgain()}
        onKeep={() => setMoving(false)}
      />
    )
  }

  const cancel = async () => {
    const answer = await managed.cancel()
    if (answer.kind === 'ok') {
      setBooking({ ...booking, ...answer.value })
      setOutcome('cancelled')
      return undefined
    }
    if (concernsBooking(answer)) {
      await lookAgain()
      return undefined
    }
    const open = !isRefusal(answer) && isOpen(answer)
    return say(open ? 'manage.cancel.unknown' : 'manage.cancel.failed')
  }

  return (
    <ManageCard
      booking={booking}
      resource={resource}
      outcome={outcome}
      onMove={() => setMoving(true)}
      onCancel={cancel}
    />
  )
}
