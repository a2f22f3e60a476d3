import type { Instant, Slot } from '@slotkeeper/client'
import { describe, expect, it } from 'vitest'
import { indexByKey } from '../src/slots/neighbour.js'
import { partsOf } from '../src/slots/parts.js'

const slot = (start: Instant): Slot => ({ start, end: start, state: 'available' })

describe('the parts of a day', () => {
  it('split the times by the clock of the zone, and keep their order', () => {
    const slots = [4, 5, 10, 11, 16, 17].map((hour) =>
      slot(`2026-11-24T${String(hour).padStart(2, '0')}:00:00.000Z`),
    )
    const parts = partsOf(slots, 'Europe/Berlin')
    expect(parts.map(({ part, slots: inPart }) => [part, inPart.length])).toEqual([
      ['night', 1],
      ['morning', 2],
      ['afternoon', 2],
      ['evening', 1],
    ])
    expect(parts.flatMap(({ slots: inPart }) => inPart)).toEqual(slots)
  })

  it('have nothing on a day without times', () => {
    expect(partsOf([], 'UTC')).toEqual([])
  })
})

describe('the keys of the times', () => {
  // Three in a row; the second part begins on a row of its own.
  const places = [
    { left: 0, top: 0 },
    { left: 100, top: 0 },
    { left: 200, top: 0 },
    { left: 0, top: 60 },
    { left: 0, top: 150 },
    { left: 100, top: 150 },
  ]

  it('go by one to the sides, over the ends of rows', () => {
    expect(indexByKey('ArrowRight', 2, places)).toBe(3)
    expect(indexByKey('ArrowLeft', 3, places)).toBe(2)
  })

  it('go to the nearest of the row above and below', () => {
    expect(indexByKey('ArrowDown', 1, places)).toBe(3)
    expect(indexByKey('ArrowDown', 3, places)).toBe(4)
    expect(indexByKey('ArrowUp', 5, places)).toBe(3)
  })

  it('go to both ends, and not past them', () => {
    expect(indexByKey('Home', 4, places)).toBe(0)
    expect(indexByKey('End', 1, places)).toBe(5)
    expect(indexByKey('ArrowLeft', 0, places)).toBeUndefined()
    expect(indexByKey('ArrowRight', 5, places)).toBeUndefined()
    expect(indexByKey('ArrowUp', 1, places)).toBeUndefined()
    expect(indexByKey('ArrowDown', 5, places)).toBeUndefined()
  })

  it('leave other keys alone', () => {
    expect(indexByKey('Enter', 1, places)).toBeUndefined()
  })
})
