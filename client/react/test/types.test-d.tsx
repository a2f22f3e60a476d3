// Compiled by `npm run typecheck`, never run: what hooks give.
import type { Answer, HoldId, NewBooking } from '@slotkeeper/client'
import { expectTypeOf } from 'vitest'
import { useBooking, useDaySlots, useMonthAvailability, useSlotHold } from '../src/index.js'

export function Component() {
  const hold = useSlotHold('studio-a')
  if (hold.status === 'held') expectTypeOf(hold.holdId).toEqualTypeOf<HoldId>()
  // @ts-expect-error -- a hold that is asked for has no id yet
  if (hold.status === 'holding') void hold.holdId
  expectTypeOf(hold.release).returns.toExtend<Promise<unknown>>()

  const booking = useBooking()
  if (booking.status === 'booked') expectTypeOf(booking.booking).toEqualTypeOf<NewBooking>()
  // @ts-expect-error -- what is not booked has no booking
  if (booking.status === 'idle') void booking.booking
  expectTypeOf(booking.book).returns.toEqualTypeOf<Promise<Answer<NewBooking>>>()

  const range = { from: '2026-11-01', to: '2026-11-30' } as const
  const { days } = useMonthAvailability({ resourceId: 'studio-a', ...range, duration: 60 })
  expectTypeOf(days['2026-11-24']).toEqualTypeOf<boolean | undefined>()

  // @ts-expect-error -- a duration is in minutes
  useDaySlots({ resourceId: 'studio-a', date: '2026-11-24', duration: '1h' })
  return null
}
