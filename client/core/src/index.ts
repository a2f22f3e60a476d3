/**
 * The browser's side of Slotkeeper: days that update themselves, holds that keep themselves
 * alive, bookings that happen once.
 *
 * @packageDocumentation
 */
export {
  type Alternative,
  type Answer,
  type Failure,
  isRefusal,
  type Ok,
  type Refusal,
} from './answer.js'
export type {
  Api,
  AvailabilityQuery,
  Beat,
  BookingRequest,
  MonthQuery,
  NextQuery,
  SlotQuery,
} from './api.js'
export type { BookingAttempt, Consumed, ManagedBooking } from './booking.js'
export { type ClientOptions, createClient, type SlotkeeperClient } from './client.js'
export type { DaySlots } from './daySlots.js'
export type { Aspect, DayState, DayStore } from './dayStore.js'
export type { Fetched, Loaded } from './fetched.js'
export { type Choice, type Held, type Hold, type HoldEnd, sameChoice } from './hold.js'
export {
  bookingId,
  type BookingId,
  type HoldId,
  manageToken,
  type ManageToken,
  type Position,
  type ResourceId,
  type SessionId,
  type SessionToken,
} from './ids.js'
export type { LoadedMonth, Month } from './month.js'
export type { Channel, Platform } from './platform.js'
export type { SlotHold, TimeLeft } from './slotHold.js'
export type { Store } from './store.js'
export type { ConnectionState } from './stream/sink.js'
export { addDays, type Day, dayOf, type DayRange, daysIn, parseDay, todayIn } from './time/day.js'
export { type Instant, instant, type Interval, parseInstant } from './time/instant.js'
export {
  type Buffers,
  type BusyByDay,
  type DaySlotIndexes,
  deriveSlots,
  endsWithBookings,
  hasHoldConflict,
  type ListedSlot,
  type Live,
  type Own,
  type PresenceHold,
  requiredSlots,
  requiredWithBuffers,
  type Slot,
  SLOT_MINUTES,
  type SlotState,
} from './time/slots.js'
export type {
  Attendee,
  BookedSpan,
  Booking,
  DayAvailability,
  HeldSlot,
  HoursException,
  Lease,
  MonthAvailability,
  NewBooking,
  NextFree,
  Presence,
  Resource,
  ResourceAvailability,
  ResourceList,
  Session,
  SlotList,
} from './wire.js'
/** The API's own document, as types: of each path, its requests and answers. */
export type { components, operations, paths } from '../types/openapi.js'
