import { describe, expect, it } from 'vitest'
import {
  coversAll,
  eventsQuery,
  gather,
  RANGES_MAX,
  type Watched,
  type WatchedRange,
} from '../src/stream/watched.js'
import { addDays, type Day, daysIn, RANGE_DAYS_MAX } from '../src/time/day.js'
import { Dice } from './support/dice.js'

const FIRST: Day = '2026-01-01'

function drawn(dice: Dice, count: number, resources: number): Watched {
  return Array.from({ length: count }, (): WatchedRange => {
    const from = addDays(FIRST, dice.below(200))
    const resourceId = `room-${dice.below(resources)}`
    return { resourceId, from, to: addDays(from, dice.below(40)) }
  })
}

const seeds = Array.from({ length: 200 }, (_, seed) => seed)

describe('what one stream watches', () => {
  it.each(seeds)(
    'is within the limits, and holds what came first, whatever was drawn: %i',
    (seed) => {
      const dice = new Dice(seed)
      const wanted = drawn(dice, 1 + dice.below(300), 1 + dice.below(250))
      const all = gather(wanted)
      expect(all.length).toBeLessThanOrEqual(RANGES_MAX)
      for (const range of all) expect(daysIn(range).length).toBeLessThanOrEqual(RANGE_DAYS_MAX)
      expect(coversAll(all, wanted.slice(0, 1))).toBe(true)
      // As much of it again is no more, so that a stream does not start anew for the same.
      expect(coversAll(all, gather(all))).toBe(true)
    },
  )

  it.each(seeds)('is all that is wanted while that is little: %i', (seed) => {
    const dice = new Dice(seed)
    const wanted = drawn(dice, 1 + dice.below(6), 100)
    expect(coversAll(gather(wanted), wanted)).toBe(true)
  })

  it.each(seeds)('is asked for in two parts, the known and the whole: %i', (seed) => {
    const dice = new Dice(seed)
    const known = { watched: gather(drawn(dice, 1 + dice.below(8), 4)), id: 'epoch.0.7' }
    const watched = gather(drawn(dice, 1 + dice.below(8), 4))
    const { days, whole, lastEventId } = eventsQuery(watched, known)
    const textOf = (range: WatchedRange) => `${range.resourceId}:${range.from}..${range.to}`
    const parts = [...(days?.split(',') ?? []), ...(whole?.split(',') ?? [])]
    expect(parts.toSorted()).toEqual(watched.map(textOf).toSorted())
    for (const range of watched) {
      const isKnown = coversAll(known.watched, [range])
      expect(days?.split(',').includes(textOf(range)) === true).toBe(isKnown)
    }
    expect(lastEventId).toBe(days && 'epoch.0.7')
  })
})
