import { describe, expect, it } from 'vitest'
import { managePath, resourcePath, routeOf } from '../src/page/route.js'
import { bookingId, manageToken } from '@slotkeeper/client'

const at = (address: string) => routeOf(new URL(address, 'https://book.example'))

describe('an address', () => {
  it('leads to the picker, a resource or a booking', () => {
    expect(at('/')).toEqual({ page: 'picker' })
    expect(at('/r/studio-a')).toMatchObject({ page: 'resource', resourceId: 'studio-a' })
    expect(at('/b/b1#t0')).toEqual({ page: 'booking', bookingId: 'b1', token: 't0' })
  })

  it('may name a day and a duration', () => {
    expect(at('/r/studio-a?day=2026-11-24&duration=120')).toMatchObject({
      day: '2026-11-24',
      duration: 120,
    })
    expect(at('/r/studio-a?day=soon&duration=-5')).toMatchObject({
      day: undefined,
      duration: undefined,
    })
  })

  it('names no day where the calendar has none', () => {
    for (const day of ['2026-13-01', '2026-02-30', '2026-11-00', '9999-99-99'])
      expect(at(`/r/studio-a?day=${day}`)).toMatchObject({ page: 'resource', day: undefined })
    expect(at('/r/studio-a?day=2028-02-29')).toMatchObject({ day: '2028-02-29' })
  })

  it('of a booking is known to be cut when the token is missing', () => {
    expect(at('/b/b1')).toMatchObject({ page: 'booking', token: undefined })
    expect(at('/b/b1#')).toMatchObject({ page: 'booking', token: undefined })
  })

  it('that leads nowhere says so', () => {
    for (const address of ['/r', '/x/y', '/r/a/b', '/b'])
      expect(at(address)).toEqual({ page: 'none' })
  })

  it('survives what has a meaning in it', () => {
    expect(at(resourcePath('a b/c%'))).toMatchObject({ resourceId: 'a b/c%' })
    expect(at(managePath(bookingId('b 1'), manageToken('t-_0')))).toMatchObject({
      bookingId: 'b 1',
      token: 't-_0',
    })
    expect(at('/r/%E0%A4%A')).toMatchObject({ page: 'resource' })
  })
})
