import type { HoldId } from '../ids.js'
import { type Day, DAY_MS, dayStartMs } from './day.js'
import { type Instant, type Interval, instantOf, msOf } from './instant.js'
import { type Claim, fewestLeft, type LiveSeats } from './seats.js'
import type { UnavailableReason } from '../wire.js'

/** Minutes of a slot: a quarter hour. */
export const SLOT_MINUTES = 15

const SLOT_MS = SLOT_MINUTES * 60_000

/** Slots of one UTC day, `hours * 4 + minutes / 15`: 0 is 00:00, 95 is 23:45. */
export interface DaySlotIndexes {
  readonly date: Day
  readonly slots: readonly number[]
}

/** A start as the server lists it, holds aside. */
export interface ListedSlot extends Interval {
  /** Whether it was free when it was listed, unless somebody holds part of it. */
  readonly available: boolean
  /** Why not. */
  readonly reason?: UnavailableReason | undefined
  /** How many seats bookings left of it, where the resource wants that shown. */
  readonly seatsLeft?: number | undefined
}

/** Minutes that are kept free before and after a span. */
export interface Buffers {
  readonly before: number
  readonly after: number
}

/** A live hold as everybody may see it. */
export interface PresenceHold extends Interval {
  readonly holdId: HoldId
  /** What it keeps free beside its span. Absent when nothing. */
  readonly buffers?: Buffers | undefined
  /** How many seats it takes. Absent: one. */
  readonly quantity?: number | undefined
}

/** Slots under confirmed bookings, ascending, by UTC day. A day without them is not known. */
export type BusyByDay = ReadonlyMap<Day, readonly number[] | undefined>

/**
 * - `available`: it can be chosen.
 * - `reserved`: somebody else holds part of it and may let go of it.
 * - any other: the reason for which it can't be chosen.
 */
export type SlotState = 'available' | 'reserved' | Exclude<UnavailableReason, 'held_by_other'>

/** A start with what stands in its way. */
export interface Slot extends Interval {
  readonly state: SlotState
  /** How many seats bookings and others' holds leave, where the resource wants that shown. */
  readonly seatsLeft?: number | undefined
}

/** Which holds are one's own: the id of one, or a test. */
export type Own = HoldId | ((hold: PresenceHold) => boolean)

/** What {@link deriveSlots} may know beside lists and holds. */
export interface Live {
  /** Bookings as the stream tells them; they overrule an older list. */
  readonly busy?: BusyByDay | undefined
  /** What the buffers of bookings keep free, as the stream tells it. */
  readonly kept?: BusyByDay | undefined
  /** What a span on the list would keep free itself. */
  readonly buffers?: Buffers | undefined
  /** The seats of a resource that carries several. Absent: it carries one. */
  readonly seats?: LiveSeats | undefined
  /** Milliseconds since 1970 by the server's clock. A start before it has passed. */
  readonly nowMs?: number | undefined
}

/**
 * The slots that `duration` minutes from `start` cover, day by day, ascending.
 *
 * `start` lies on a quarter hour and `duration` is a multiple of 15; the server lists and
 * takes no others.
 */
export function requiredSlots(start: Instant, duration: number): DaySlotIndexes[] {
  const days: DaySlotIndexes[] = []
  const end = msOf(start) + duration * 60_000
  for (let at = msOf(start); at < end;) {
    const date = instantOf(at).slice(0, 10) as Day
    const midnight = dayStartMs(date)
    const until = Math.min(end, midnight + DAY_MS)
    const slots: number[] = []
    for (; at < until; at += SLOT_MS) slots.push((at - midnight) / SLOT_MS)
    days.push({ date, slots })
  }
  return days
}

/** The same with what is kept free before and after. */
export const requiredWithBuffers = (
  start: Instant,
  duration: number,
  buffers: Buffers | undefined,
): DaySlotIndexes[] => {
  const { before, after } = buffers ?? { before: 0, after: 0 }
  return requiredSlots(instantOf(msOf(start) - before * 60_000), before + duration + after)
}

const isOwn = (hold: PresenceHold, own: Own | undefined): boolean =>
  typeof own === 'function' ? own(hold) : hold.holdId === own

/** A stretch of milliseconds since 1970; the end is exclusive. */
interface Stretch {
  readonly start: number
  readonly end: number
}

const stretchOf = ({ start, end }: Interval): Stretch => ({ start: msOf(start), end: msOf(end) })

/** A stretch with what is kept free on either side. */
const widened = ({ start, end }: Stretch, buffers: Buffers | undefined): Stretch => ({
  start: start - (buffers?.before ?? 0) * 60_000,
  end: end + (buffers?.after ?? 0) * 60_000,
})

const meets = (stretches: readonly Stretch[], { start, end }: Stretch): boolean =>
  stretches.some((other) => other.start < end && start < other.end)

/** What others hold. */
const heldOf = (presence: readonly PresenceHold[], own: Own | undefined): Claim[] =>
  presence
    .filter((hold) => !isOwn(hold, own))
    .map((hold) => ({ ...widened(stretchOf(hold), hold.buffers), quantity: hold.quantity ?? 1 }))

/**
 * Whether a hold of somebody else shares time with `span`, or comes too near: `buffers` is what
 * the span keeps free itself.
 */
export const hasHoldConflict = (
  span: Interval,
  presence: readonly PresenceHold[],
  own?: Own,
  buffers?: Buffers,
): boolean => meets(heldOf(presence, own), widened(stretchOf(span), buffers))

/** Whether any of a span is booked; nothing when a day of it is not known. */
type IsBooked = (span: Stretch) => boolean | undefined

function isBookedBy(busy: BusyByDay): IsBooked {
  const known = new Set<number>()
  const booked: Stretch[] = []
  for (const [date, slots] of busy) {
    const midnight = dayStartMs(date)
    if (slots) known.add(midnight)
    for (const slot of slots ?? []) {
      const start = midnight + slot * SLOT_MS
      booked.push({ start, end: start + SLOT_MS })
    }
  }
  return (span) => {
    let midnight = span.start - (span.start % DAY_MS)
    for (; midnight < span.end; midnight += DAY_MS) if (!known.has(midnight)) return undefined
    return meets(booked, span)
  }
}

/**
 * Whether a reason may end without a new list: what is booked and held is told by the stream,
 * anything else stands. A reason that is not here does not compile.
 */
const PASSING: Readonly<Record<UnavailableReason, boolean>> = {
  booked: true,
  buffer: true,
  held_by_other: true,
  past: false,
  closed: false,
}

/** Whether a state may end when a booking goes. */
export const endsWithBookings = (state: SlotState): boolean =>
  state !== 'available' && state !== 'reserved' && PASSING[state]

/** What the stream tells of bookings: what they cover, and what they take with their buffers. */
interface Bookings {
  readonly isBooked?: IsBooked | undefined
  readonly isTaken?: IsBooked | undefined
  readonly buffers?: Buffers | undefined
}

const bookingsOf = ({ busy, kept, buffers }: Live): Bookings => {
  if (!busy) return { buffers }
  const taken = [...busy].map(
    ([date, slots]) => [date, slots && [...slots, ...(kept?.get(date) ?? [])]] as const,
  )
  return { isBooked: isBookedBy(busy), isTaken: isBookedBy(new Map(taken)), buffers }
}

function stateOf(
  { available, reason }: ListedSlot,
  span: Stretch,
  { isBooked, isTaken, buffers }: Bookings,
): SlotState {
  const stands = reason ?? (available ? undefined : 'closed')
  if (stands && stands !== 'held_by_other' && !PASSING[stands]) return stands
  if (isBooked?.(span) ?? stands === 'booked') return 'booked'
  return (isTaken?.(widened(span, buffers)) ?? stands === 'buffer') ? 'buffer' : 'available'
}

/**
 * A state with others' holds laid over it, and how many seats are left. Of several seats it
 * is not known what holds leave unless that is told: then they are in nobody's way here, and
 * the server says so to whoever is too late.
 */
function seated(
  { reason, seatsLeft: then }: ListedSlot,
  listed: SlotState,
  reach: Stretch,
  held: readonly Claim[],
  seats: LiveSeats | undefined,
): Pick<Slot, 'state' | 'seatsLeft'> {
  if (!seats) return { state: listed === 'available' && meets(held, reach) ? 'reserved' : listed }
  const left = fewestLeft(seats, reach)
  const passes = listed === 'available' || endsWithBookings(listed)
  if (left === undefined || !passes) {
    // What is full for several may have room for one: the list alone knows.
    const stands = seats.wanted > 1 && passes && reason !== 'held_by_other' ? reason : undefined
    return { state: stands ?? listed, seatsLeft: then }
  }
  const seatsLeft = fewestLeft(seats, reach, held)
  if (left < seats.wanted) return { state: listed === 'buffer' ? 'buffer' : 'booked', seatsLeft }
  return { state: (seatsLeft ?? 0) < seats.wanted ? 'reserved' : 'available', seatsLeft }
}

/**
 * Lays holds, and bookings newer than the list, over a list of starts.
 *
 * The answer has every start of the list in its order, which is chronological, and agrees with
 * the server's own rule: a start that is `available` here can be held and booked unless
 * something changes. One's own holds count as free. Costs some tens of microseconds for a day.
 */
export function deriveSlots(
  slots: readonly ListedSlot[],
  presence: readonly PresenceHold[],
  duration: number,
  own?: Own,
  live: Live = {},
): Slot[] {
  const nowMs = live.nowMs ?? -Infinity
  const bookings = bookingsOf(live)
  const held = heldOf(presence, own)
  return slots.map((slot) => {
    const start = msOf(slot.start)
    const span = { start, end: start + duration * 60_000 }
    const reach = widened(span, live.buffers)
    const listed = start < nowMs ? 'past' : stateOf(slot, span, bookings)
    const { state, seatsLeft } = seated(slot, listed, reach, held, live.seats)
    const { start: from, end } = slot
    return { start: from, end, state, ...(seatsLeft !== undefined && { seatsLeft }) }
  })
}
