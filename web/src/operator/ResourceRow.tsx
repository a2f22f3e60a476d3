import { type DayRange, dayOf, type Instant, type Resource } from '@slotkeeper/client'
import { useCallback, useMemo } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { resourcePath } from '../page/route.js'
import { useSlotkeeper } from '@slotkeeper/react'
import { cityOf } from '../time/zone.js'
import type { ListedBooking } from './adminApi.js'
import { blockOf, type Window } from './blocks.js'
import { useInSight } from './useInSight.js'
import { useOperator } from './useOperator.js'
import { usePolled } from './usePolled.js'

export interface ResourceRowProps {
  readonly resource: Resource
  readonly span: Window
  readonly zone: string
  readonly nowMs: number
  readonly onOpen: (booking: ListedBooking, resource: string) => void
  readonly onClosures: (resource: Resource) => void
}

/** Milliseconds between two looks at a row's bookings, and at its holds. */
const BOOKINGS_EVERY_MS = 5_000
const HOLDS_EVERY_MS = 2_000

const dayAt = (ms: number) => dayOf(new Date(ms).toISOString() as Instant)

/**
 * A resource's day. Its holds are asked for, not streamed: a stream for each resource would
 * take all the connections that a browser has.
 */
export function ResourceRow({ resource, span, zone, onOpen, onClosures }: ResourceRowProps) {
  const { api, tell } = useOperator()
  const client = useSlotkeeper()
  const [row, inSight] = useInSight<HTMLLIElement>()
  const { resourceId } = resource
  const { fromMs, toMs } = span
  const days: DayRange = useMemo(
    () => ({ from: dayAt(fromMs), to: dayAt(toMs - 1) }),
    [fromMs, toMs],
  )
  const readBookings = useCallback(() => api.bookings(resourceId, days), [api, resourceId, days])
  const readHolds = useCallback(async () => {
    const answer = await client.api.presence(resourceId, days)
    if (answer.kind !== 'ok') throw new Error(answer.detail)
    return [...new Map(answer.value.holds.map((hold) => [hold.holdId, hold])).values()]
  }, [client, resourceId, days])
  const bookings = usePolled(inSight ? readBookings : undefined, BOOKINGS_EVERY_MS)
  const holds = usePolled(inSight ? readHolds : undefined, HOLDS_EVERY_MS)

  const standing = (bookings.value ?? []).filter(
    (booking) => booking.status === 'confirmed' && blockOf(booking, span),
  )
  // Nothing new is booked of it: a day without bookings stays one.
  const isOver = resource.status === 'retired'
  if (isOver && bookings.value && standing.length === 0) return null
  const held = (holds.value ?? []).filter((hold) => blockOf(hold, span))
  const counts = [
    isOver && tell('row.retired'),
    bookings.value && tell('row.count', { bookings: standing.length }),
    held.length > 0 && tell('row.holds', { holds: held.length }),
    (bookings.failed || holds.failed) && tell('row.failed'),
  ].filter(Boolean)
  return (
    <li className="row" ref={row}>
      <div className="row-label">
        <h3>
          <a href={resourcePath(resourceId)} title={tell('row.open', { resource: resource.name })}>
            {resource.name}
          </a>
        </h3>
        <p className="quiet">{cityOf(resource.timezone)}</p>
        <p className="quiet">{counts.join(' · ')}</p>
        <button
          type="button"
          className="button"
          aria-label={tell('closures.title', { resource: resource.name })}
          onClick={() => onClosures(resource)}
        >
          {tell('closures')}
        </button>
      </div>
      <div className="track">
        {standing.map((booking) => (
          <BookingBlock
            key={booking.bookingId}
            {...{ booking, span, zone }}
            onOpen={(opened) => onOpen(opened, resource.name)}
          />
        ))}
        {held.map((hold) => (
          <HoldBlock key={hold.holdId} {...{ hold, span, zone }} />
        ))}
      </div>
    </li>
  )
}

type Placed = Pick<ResourceRowProps, 'span' | 'zone'>

function BookingBlock({
  booking,
  span,
  zone,
  onOpen,
}: Placed & {
  readonly booking: ListedBooking
  readonly onOpen: (booking: ListedBooking) => void
}) {
  const { tell } = useOperator()
  const { formats } = useSpeech()
  const block = blockOf(booking, span)
  if (!block) return null
  const time = formats.span(booking, zone)
  return (
    <button
      type="button"
      className="block"
      style={{ insetInlineStart: `${block.left}%`, inlineSize: `${block.width}%` }}
      title={time}
      aria-label={tell('booking.label', { time, status: tell(`booking.${booking.status}`) })}
      onClick={() => onOpen(booking)}
    >
      {formats.time(booking.start, zone)}
    </button>
  )
}

function HoldBlock({
  hold,
  span,
  zone,
}: Placed & { readonly hold: Pick<ListedBooking, 'start' | 'end'> }) {
  const { tell } = useOperator()
  const { formats } = useSpeech()
  const block = blockOf(hold, span)
  if (!block) return null
  const label = tell('hold.label', { time: formats.span(hold, zone) })
  return (
    <span
      className="block held"
      role="img"
      title={label}
      aria-label={label}
      style={{ insetInlineStart: `${block.left}%`, inlineSize: `${block.width}%` }}
    />
  )
}
