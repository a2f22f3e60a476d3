import {
  type Buffers,
  type Choice,
  type DaySlots,
  type DaySlotIndexes,
  type DayState,
  endsWithBookings,
  hasHoldConflict,
  type Day,
  type PresenceHold,
  requiredSlots,
  requiredWithBuffers,
  type Slot,
} from '@slotkeeper/client'

/** What the stream knows, and which holds are the visitor's own. */
export interface Known {
  readonly day: (date: Day) => DayState | undefined
  readonly owns: (hold: PresenceHold) => boolean
}

/**
 * The slots as they are for somebody who moves `booking`: its own time is no obstacle, so a
 * move by an hour is possible although the two times overlap. The time it has already is none
 * to move to.
 */
export function freedBy(booking: Choice, slots: DaySlots, known: Known): DaySlots {
  const all = slots.all.map((slot): Slot => {
    if (!endsWithBookings(slot.state) || slot.start === booking.start) return slot
    return { ...slot, state: stateWithout(booking, slot, slots.buffers, known) }
  })
  const inState = (state: Slot['state']) => all.filter((slot) => slot.state === state)
  return {
    ...slots,
    all,
    merged: all.filter(({ state }) => state === 'available' || state === 'reserved'),
    available: inState('available'),
    reserved: inState('reserved'),
  }
}

const takenOn = ({ busySlots, bufferSlots }: DayState) => [
  ...(busySlots ?? []),
  ...(bufferSlots ?? []),
]

function stateWithout(
  { start, duration }: Choice,
  slot: Slot,
  buffers: Buffers | undefined,
  { day, owns }: Known,
): Slot['state'] {
  const own = new Map(
    requiredWithBuffers(start, duration, buffers).map(({ date, slots }) => [date, slots]),
  )
  const isFree = (
    needed: readonly DaySlotIndexes[],
    takenOf: (state: DayState) => readonly number[],
  ) =>
    needed.every(({ date, slots }) => {
      const state = day(date)
      const taken = state?.busySlots && takenOf(state)
      const others = taken?.filter((index) => !own.get(date)?.includes(index))
      return others !== undefined && !slots.some((index) => others.includes(index))
    })
  const covered = requiredSlots(slot.start, duration)
  if (!isFree(covered, ({ busySlots }) => busySlots ?? [])) return 'booked'
  const needed = requiredWithBuffers(slot.start, duration, buffers)
  if (!isFree(needed, takenOn)) return slot.state
  const holds = needed.flatMap(({ date }) => day(date)?.holds ?? [])
  return hasHoldConflict(slot, holds, owns, buffers) ? 'reserved' : 'available'
}

/** Whether the two share time: such a move can't be held beforehand. */
export const overlaps = (one: Choice, other: Choice): boolean => {
  const [a, b] = [Date.parse(one.start), Date.parse(other.start)]
  return a < b + other.duration * 60_000 && b < a + one.duration * 60_000
}
