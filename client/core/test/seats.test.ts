import { describe, expect, it } from 'vitest'
import {
  type Day,
  deriveSlots,
  type HoldId,
  type Instant,
  type PresenceHold,
} from '../src/index.js'

const DAY = '2026-11-24' as Day
const at = (time: string) => `${DAY}T${time}:00.000Z` as Instant
const slot = (start: string, end: string, rest: object = {}) => ({
  start: at(start),
  end: at(end),
  available: true,
  ...rest,
})
const hold = (id: string, start: string, end: string, quantity?: number): PresenceHold => ({
  holdId: id as HoldId,
  start: at(start),
  end: at(end),
  ...(quantity !== undefined && { quantity }),
})

/** 13:00 is slot 52. */
const LIST = [slot('13:00', '14:00'), slot('14:00', '15:00')]

const states = (
  wanted: number,
  seatsLeft: Record<string, number> | undefined,
  presence: readonly PresenceHold[] = [],
  own?: HoldId,
) => {
  const day = seatsLeft && { capacity: 3, seatsLeft }
  const seats = { capacity: 3, wanted, days: new Map([[DAY, day]]) }
  const busySlots = Object.entries(seatsLeft ?? {}).flatMap(([at, left]) => (left ? [] : [+at]))
  const busy = new Map([[DAY, busySlots]])
  const derived = deriveSlots(LIST, presence, 60, own, { busy, seats })
  return derived.map(({ state, seatsLeft: left }) => [state, left])
}

describe('seats', () => {
  it('are those that bookings leave in the quarter hour that has fewest', () => {
    expect(states(1, { 52: 2, 53: 1 })).toEqual([
      ['available', 1],
      ['available', 3],
    ])
    expect(states(2, { 53: 1 })).toEqual([
      ['booked', 1],
      ['available', 3],
    ])
    expect(states(1, { 55: 0 })).toEqual([
      ['booked', 0],
      ['available', 3],
    ])
  })

  it('are taken by what others hold, and not by what one holds oneself', () => {
    const others = [hold('a', '13:30', '14:30', 2), hold('b', '13:00', '14:00')]
    expect(states(1, {}, others)).toEqual([
      ['reserved', 0],
      ['available', 1],
    ])
    expect(states(1, {}, others, 'b' as HoldId)).toEqual([
      ['available', 1],
      ['available', 1],
    ])
  })

  it('are not known where they are not told: then holds are in nobody’s way', () => {
    expect(states(1, undefined, [hold('a', '13:00', '14:00')])).toEqual([
      ['available', undefined],
      ['available', undefined],
    ])
  })
})
