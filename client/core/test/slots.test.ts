import { describe, expect, it } from 'vitest'
import type { HoldId } from '../src/ids.js'
import type { Instant } from '../src/time/instant.js'
import { instantOf, msOf } from '../src/time/instant.js'
import {
  deriveSlots,
  hasHoldConflict,
  type ListedSlot,
  type PresenceHold,
  requiredSlots,
} from '../src/time/slots.js'

const at = (hour: number, minute = 0): Instant => instantOf(Date.UTC(2026, 10, 24, hour, minute))

const span = (start: Instant, minutes: number) => ({
  start,
  end: instantOf(msOf(start) + minutes * 60_000),
})

const hold = (start: Instant, minutes: number, id = 'theirs'): PresenceHold => ({
  ...span(start, minutes),
  holdId: id as HoldId,
})

const listed = (hours: readonly number[], minutes: number): ListedSlot[] =>
  hours.map((hour) => ({ ...span(at(hour), minutes), available: true }))

const states = (slots: readonly { readonly state: string }[]) => slots.map(({ state }) => state)

describe('requiredSlots', () => {
  it('counts quarter hours from midnight UTC', () => {
    expect(requiredSlots(at(14), 60)).toEqual([{ date: '2026-11-24', slots: [56, 57, 58, 59] }])
    expect(requiredSlots(at(23, 45), 15)).toEqual([{ date: '2026-11-24', slots: [95] }])
  })

  it('covers each day of a hire, the days between whole', () => {
    const days = requiredSlots('2026-11-23T14:00:00.000Z', 44 * 60)
    expect(days.map(({ date, slots }) => [date, slots[0], slots.at(-1), slots.length])).toEqual([
      ['2026-11-23', 56, 95, 40],
      ['2026-11-24', 0, 95, 96],
      ['2026-11-25', 0, 39, 40],
    ])
  })

  it('stops at a midnight that the span ends on', () => {
    expect(requiredSlots(at(23), 60).map(({ date }) => date)).toEqual(['2026-11-24'])
  })
})

describe('hasHoldConflict', () => {
  const presence = [hold(at(13), 60)]

  it('sees a short hold within a long span', () => {
    expect(hasHoldConflict(span(at(10), 300), presence)).toBe(true)
  })

  it('lets spans touch', () => {
    expect(hasHoldConflict(span(at(14), 300), presence)).toBe(false)
    expect(hasHoldConflict(span(at(12), 60), presence)).toBe(false)
  })

  it('looks past one’s own hold, by id or by test', () => {
    expect(hasHoldConflict(span(at(13), 60), presence, 'theirs' as HoldId)).toBe(false)
    expect(hasHoldConflict(span(at(13), 60), presence, () => true)).toBe(false)
    expect(hasHoldConflict(span(at(13), 60), presence, 'mine' as HoldId)).toBe(true)
  })
})

describe('deriveSlots', () => {
  it('reserves every start whose span meets a hold of another duration', () => {
    const slots = listed([9, 10, 11, 12, 13, 14], 300)
    const derived = deriveSlots(slots, [hold(at(13), 60)], 300)
    expect(states(derived)).toEqual([
      'reserved',
      'reserved',
      'reserved',
      'reserved',
      'reserved',
      'available',
    ])
  })

  it('keeps available and reserved in one chronological order', () => {
    const derived = deriveSlots(
      listed([9, 10, 11, 12, 13], 60),
      [hold(at(12), 60), hold(at(10), 60, 'another')],
      60,
    )
    expect(derived.map(({ start }) => start)).toEqual([9, 10, 11, 12, 13].map((hour) => at(hour)))
    expect(states(derived)).toEqual(['available', 'reserved', 'available', 'reserved', 'available'])
  })

  it('counts one’s own hold as free', () => {
    const own = 'mine' as HoldId
    expect(states(deriveSlots(listed([13], 60), [hold(at(13), 60, 'mine')], 60, own))).toEqual([
      'available',
    ])
  })

  it('shows why a start can’t be had before who holds it', () => {
    const slots: ListedSlot[] = [
      { ...span(at(8), 60), available: false, reason: 'past' },
      { ...span(at(9), 60), available: false, reason: 'closed' },
      { ...span(at(10), 60), available: false, reason: 'booked' },
      { ...span(at(11), 60), available: false },
    ]
    const derived = deriveSlots(slots, [hold(at(8), 240)], 60)
    expect(states(derived)).toEqual(['past', 'closed', 'booked', 'closed'])
  })

  it('knows bookings that came after the list, and ones that went', () => {
    const slots: ListedSlot[] = [
      { ...span(at(9), 60), available: true },
      { ...span(at(10), 60), available: false, reason: 'booked' },
    ]
    const busy = new Map([['2026-11-24', [36, 37, 38, 39]] as const])
    expect(states(deriveSlots(slots, [], 60, undefined, { busy }))).toEqual(['booked', 'available'])
  })

  it('goes by the list where a day of the span is not known', () => {
    const slots: ListedSlot[] = [
      { ...span(at(23), 120), available: false, reason: 'booked' },
      { ...span(at(22), 60), available: false, reason: 'booked' },
    ]
    const busy = new Map([['2026-11-24', []] as const])
    const derived = deriveSlots(slots.slice(0, 1), [], 120, undefined, { busy })
    expect(states(derived)).toEqual(['booked'])
    expect(states(deriveSlots(slots.slice(1), [], 60, undefined, { busy }))).toEqual(['available'])
  })

  it('lets starts pass by the server’s clock', () => {
    const slots = listed([9, 10], 60)
    const derive = (nowMs: number) => states(deriveSlots(slots, [], 60, undefined, { nowMs }))
    expect(derive(msOf(at(9)))).toEqual(['available', 'available'])
    expect(derive(msOf(at(9)) + 1)).toEqual(['past', 'available'])
  })

  it('lets the notice before a start begin by the server’s clock', () => {
    const slots = listed([9, 10, 12], 60)
    const derive = (nowMs: number) =>
      states(deriveSlots(slots, [], 60, undefined, { nowMs, bookNotice: 90 }))
    expect(derive(msOf(at(9)) - 90 * 60_000)).toEqual(['available', 'available', 'available'])
    expect(derive(msOf(at(9)) + 1)).toEqual(['past', 'notice_too_short', 'available'])
  })
})

describe('buffers', () => {
  const day = '2026-11-24'
  const buffers = { before: 0, after: 30 }
  const live = (busySlots: readonly number[], bufferSlots: readonly number[] = []) => ({
    busy: new Map([[day, busySlots] as const]),
    kept: new Map([[day, bufferSlots] as const]),
    buffers,
  })

  it('refuse a start that is near a booking, and say so', () => {
    // 14:00 to 15:00 is booked, and kept free until 15:30.
    const told = live([56, 57, 58, 59], [60, 61])
    const slots = deriveSlots(listed([12, 13, 14, 15, 16], 60), [], 60, undefined, told)
    expect(states(slots)).toEqual(['available', 'buffer', 'booked', 'buffer', 'available'])
  })

  it('are gone with the booking, though the list still tells them', () => {
    const near = { ...span(at(15), 60), available: false, reason: 'buffer' as const }
    expect(states(deriveSlots([near], [], 60, undefined, live([])))).toEqual(['available'])
    expect(states(deriveSlots([near], [], 60))).toEqual(['buffer'])
  })

  it('of a hold show what is near it as reserved', () => {
    const theirs = { ...hold(at(14), 60), buffers }
    const slots = deriveSlots(listed([12, 13, 14, 15, 16], 60), [theirs], 60, undefined, live([]))
    expect(states(slots)).toEqual(['available', 'reserved', 'reserved', 'reserved', 'available'])
  })
})
