import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { HoldId } from '../src/ids.js'
import type { Day } from '../src/time/day.js'
import { type Instant, msOf } from '../src/time/instant.js'
import {
  deriveSlots,
  type ListedSlot,
  type PresenceHold,
  type SlotState,
} from '../src/time/slots.js'

/** A random day, as the domain's own rule sees it: written by `domain/examples`. */
interface Case {
  readonly seed: number
  readonly durationMinutes: number
  readonly bookNotice: number
  readonly slots: readonly ListedSlot[]
  readonly holds: readonly PresenceHold[]
  readonly own: HoldId | null
  readonly expected: readonly SlotState[]
  /** The same list, some bookings, cancellations and time later. */
  readonly later: {
    readonly now: Instant
    readonly busy: Readonly<Record<Day, readonly number[]>>
    readonly expected: readonly SlotState[]
  }
}

const file = new URL('fixtures/derive-slots.json', import.meta.url)
const cases = JSON.parse(readFileSync(file, 'utf8')) as Case[]

describe('deriveSlots agrees with the domain', () => {
  it('on 200 days, which have everything that can be', () => {
    expect(cases).toHaveLength(200)
    const states = new Set(cases.flatMap(({ expected }) => expected))
    const all = ['available', 'booked', 'closed', 'notice_too_short', 'past', 'reserved']
    expect([...states].toSorted()).toEqual(all)
  })

  it.each(cases)('on day $seed', (day) => {
    const { durationMinutes, bookNotice, slots, holds, own, expected, later } = day
    const derive = (live = {}) =>
      deriveSlots(slots, holds, durationMinutes, own ?? undefined, live).map(({ state }) => state)
    expect(derive()).toEqual(expected)
    const busy = new Map(Object.entries(later.busy) as [Day, readonly number[]][])
    expect(derive({ busy, bookNotice, nowMs: msOf(later.now) })).toEqual(later.expected)
  })
})
