import type {
  Answer,
  BookedSpan,
  Booking,
  BookingId,
  Choice,
  ManageToken,
} from '@slotkeeper/client'
import { useMemo } from 'react'
import { useSlotkeeper } from './provider.js'
import { type Read, useRead } from './useResource.js'

/** What the bearer of a manage token can do. The functions stay the same for a booking. */
export interface ManagedBookingActions {
  /** Moves it, all or nothing. Consumes the visitor's hold on the new span. */
  readonly reschedule: (to: Choice) => Promise<Answer<BookedSpan>>
  readonly cancel: () => Promise<Answer<BookedSpan>>
}

/** A booking that was made before, by its id and token: read, moved and cancelled. */
export function useManagedBooking(
  id: BookingId,
  token: ManageToken,
): Read<Booking> & ManagedBookingActions {
  const client = useSlotkeeper()
  const managed = useMemo(() => client.managed(id, token), [client, id, token])
  const read = useRead(managed.booking)
  return useMemo(
    () => ({
      ...read,
      reschedule: (to: Choice) => managed.reschedule(to),
      cancel: () => managed.cancel(),
    }),
    [read, managed],
  )
}
