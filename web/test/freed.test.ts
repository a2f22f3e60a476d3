import type { DaySlots, DayState, HoldId, Instant, Slot } from '@slotkeeper/client'
import { describe, expect, it } from 'vitest'
import { freedBy, overlaps } from '../src/manage/freed.js'

const at = (hour: number): Instant => `2026-11-24T${String(hour).padStart(2, '0')}:00:00.000Z`

const quarters = (from: number, to: number) =>
  Array.from({ length: (to - from) * 4 }, (_, index) => from * 4 + index)

const slot = (hour: number, state: Slot['state']): Slot => ({
  start: at(hour),
  end: at(hour + 2),
  state,
})

const slotsOf = (all: readonly Slot[]): DaySlots => ({
  all,
  merged: [],
  available: [],
  reserved: [],
  exceptions: [],
  loading: false,
  connection: 'live',
})

/** The booking that is moved: ten to twelve. */
const booking = { start: at(10), duration: 120 }

const states = (day: Partial<DayState>, ...slots: Slot[]) =>
  freedBy(booking, slotsOf(slots), {
    day: () => ({ date: '2026-11-24', holds: [], ...day }),
    owns: () => false,
  }).merged.map(({ start, state }) => [start, state])

describe('a booking that is moved', () => {
  it('does not stand in its own way', () => {
    expect(states({ busySlots: quarters(10, 12) }, slot(9, 'booked'), slot(11, 'booked'))).toEqual([
      [at(9), 'available'],
      [at(11), 'available'],
    ])
  })

  it('is not offered the time it has', () => {
    expect(states({ busySlots: quarters(10, 12) }, slot(10, 'booked'))).toEqual([])
  })

  it('meets the bookings of others', () => {
    const busySlots = quarters(10, 13)
    expect(states({ busySlots }, slot(9, 'booked'), slot(11, 'booked'))).toEqual([
      [at(9), 'available'],
    ])
  })

  it('meets the holds of others, which may end', () => {
    const holds = [
      { holdId: 'theirs' as HoldId, date: '2026-11-24', start: at(12), end: at(13), slots: [] },
    ]
    const day = { busySlots: quarters(10, 12), holds } as Partial<DayState>
    expect(states(day, slot(11, 'booked'))).toEqual([[at(11), 'reserved']])
  })

  it('is offered nothing that is not known', () => {
    expect(states({}, slot(9, 'booked'))).toEqual([])
  })

  it('leaves what else is on offer as it is', () => {
    const day = { busySlots: quarters(10, 12) }
    expect(states(day, slot(7, 'available'), slot(13, 'reserved'), slot(15, 'past'))).toEqual([
      [at(7), 'available'],
      [at(13), 'reserved'],
    ])
  })

  it('overlaps what shares time with it, and not what touches it', () => {
    expect(overlaps({ start: at(11), duration: 120 }, booking)).toBe(true)
    expect(overlaps({ start: at(12), duration: 120 }, booking)).toBe(false)
    expect(overlaps({ start: at(8), duration: 120 }, booking)).toBe(false)
  })
})
