import type { BookedSpan, Booking, DaySlots, ManagedBooking, Resource } from '@slotkeeper/client'
import { useEffect, useRef } from 'react'
import { About } from '../booker/About.js'
import { Choose } from '../booker/Choose.js'
import { Connection } from '../booker/Connection.js'
import { isOpen } from '../booker/flow.js'
import { HoldLine } from '../steps/HoldLine.js'
import { useLook } from '../booker/useLook.js'
import { When } from '../booker/When.js'
import { useSpeech } from '../i18n/speech.js'
import { Chevron } from '../page/icons.js'
import { StepTitle } from '../steps/StepTitle.js'
import { Note } from '../slots/Note.js'
import { localDay, zoneFor } from '../time/zone.js'
import { useSlotkeeper } from '@slotkeeper/react'
import { freedBy, overlaps } from './freed.js'
import { type Moving, useMove } from './useMove.js'

export interface MoveProps {
  readonly managed: ManagedBooking
  readonly resource: Resource
  readonly booking: Booking
  readonly onMoved: (to: BookedSpan) => void
  /** The booking can't be moved any more. */
  readonly onGone: () => void
  readonly onKeep: () => void
}

/** Moves a booking to another time of the same length. */
export function Move({ managed, resource, booking, onMoved, onGone, onKeep }: MoveProps) {
  const { say, formats } = useSpeech()
  const look = useLook(resource, {
    day: localDay(booking.start, zoneFor(resource.timezone)),
    duration: booking.duration,
    quantity: booking.quantity,
  })
  const moving = useMove(booking, managed, onMoved, onGone)
  const root = useRef<HTMLElement>(null)
  const client = useSlotkeeper()
  const { to } = moving

  useEffect(() => {
    if (!to)
      root.current?.querySelector<HTMLElement>('[data-focus]')?.focus({ preventScroll: true })
  }, [to])

  const revise = (slots: DaySlots) => {
    const days = client.days(resource.resourceId)
    const { owns } = client.hold(resource.resourceId)
    return freedBy(booking, slots, { day: (date) => days.day(date), owns })
  }

  const back = (
    <button type="button" className="back" onClick={onKeep}>
      <Chevron to="start" />
      {say('manage.moving.keep')}
    </button>
  )
  return (
    <article className="booker" data-step={to ? 'details' : 'choose'} ref={root}>
      <About
        resource={resource}
        look={look}
        locked={booking.duration}
        start={to?.start}
        back={back}
      >
        <p className="quiet">{say('manage.moving.from')}</p>
        <When choice={booking} zone={look.zone} resource={resource} />
      </About>
      {to ? (
        <Confirm moving={moving} booking={booking} resource={resource} zone={look.zone} />
      ) : (
        <Choose
          resource={resource}
          look={look}
          hold={moving.hold}
          refused={moving.refused}
          onChoose={moving.choose}
          onNoted={moving.noted}
          revise={revise}
        />
      )}
      <Note
        text={
          moving.lost &&
          say('manage.moving.lost', { time: formats.time(moving.lost.start, look.zone) })
        }
        onNoted={moving.noted}
      />
      <Connection resourceId={resource.resourceId} />
    </article>
  )
}

interface ConfirmProps {
  readonly moving: Moving
  readonly booking: Booking
  readonly resource: Resource
  readonly zone: string
}

function Confirm({ moving, booking, resource, zone }: ConfirmProps) {
  const { say, formats } = useSpeech()
  const { to, sending, failure } = moving
  if (!to) return null
  const open = failure && isOpen(failure)
  const time = formats.time(to.start, zone)
  const next = open ? 'booking.failed.again' : 'manage.moving.confirm'
  return (
    <section className="details" aria-labelledby="move-title">
      <StepTitle id="move-title" level="h2">
        {say('manage.moving.to')}
      </StepTitle>
      <When choice={to} zone={zone} resource={resource} />
      {!overlaps(to, booking) && (
        <HoldLine resourceId={resource.resourceId} held={say('manage.moving.held', { time })} />
      )}
      <p role="alert" className="field-error">
        {failure && say(open ? 'manage.move.unknown' : 'manage.move.failed')}
      </p>
      <div className="form-actions">
        <button type="button" className="button" onClick={moving.back}>
          {say('details.back')}
        </button>
        <button
          type="button"
          className="button primary"
          aria-disabled={sending}
          onClick={moving.confirm}
        >
          {say(sending ? 'manage.moving.sending' : next)}
        </button>
      </div>
    </section>
  )
}
