import type { components } from '../types/openapi.js'
import type { BookingId, HoldId, ManageToken, ResourceId, SessionId, SessionToken } from './ids.js'
import type { Day } from './time/day.js'
import type { Instant } from './time/instant.js'

/** The types of the fields of these names, wherever they stand in a body. */
interface Fields {
  readonly bookingId: BookingId
  readonly changedAt: Instant
  readonly confirmedAt: Instant
  readonly date: Day
  readonly end: Instant
  readonly expiresAt: Instant
  readonly holdId: HoldId
  readonly manageToken: ManageToken
  readonly renewableUntil: Instant
  readonly resourceId: ResourceId
  readonly sessionId: SessionId
  readonly start: Instant
  readonly until: Instant
  readonly token: SessionToken
}

/** A body as the API's document describes it, its ids and times told apart. */
type Told<T> = T extends readonly (infer Item)[]
  ? readonly Told<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Name extends keyof Fields ? Fields[Name] : Told<T[Name]> }
    : T

type Body<Name extends keyof components['schemas']> = Told<components['schemas'][Name]>

/** Which rule said no. */
export type RefusalKind = components['schemas']['Refusal']

/** Which of them name the times in the way. */
export type SlotRefusalKind = components['schemas']['SlotRefusal']

/** Why a list says that a start can't be chosen. */
export type UnavailableReason = components['schemas']['UnavailableReason']

/** What can be booked, and when. */
export interface Resource extends Body<'Resource'> {}

/** A page of resources. */
export interface ResourceList extends Body<'ResourceList'> {}

/** A visitor's session, fresh. */
export interface Session extends Body<'Session'> {}

/** One UTC day of a resource as bookings leave it: the booked slots, 0 to 95, ascending. */
export interface DayAvailability extends Body<'DailyAvailability'> {}

/** The live holds of some days: an entry for each day that one touches. */
export interface Presence extends Body<'Presence'> {}

/** Days by date in the zone that was asked for: whether any start is available. */
export interface MonthAvailability {
  readonly days: Readonly<Partial<Record<Day, boolean>>>
  /** The label of the exception to the opening hours by which a day has none. */
  readonly closedBy?: Readonly<Partial<Record<Day, string>>> | undefined
}

/** An exception to a resource's opening hours: a date, a date of every year, or a stretch. */
export interface HoursException extends Body<'HoursException'> {}
/** The next start that can be had, if there is one. */
export interface NextFree extends Body<'Next'> {}

/** What one of many resources has: its days, or why it has none. */
export interface ResourceAvailability {
  readonly resourceId: ResourceId
  /** The minutes that were looked for. */
  readonly duration?: number
  readonly days?: MonthAvailability['days']
  readonly code?: RefusalKind
}

/** What each of many resources has, in the order asked for. */
export interface Availabilities {
  readonly resources: readonly ResourceAvailability[]
}

/** The starts of one local day. */
export interface SlotList extends Body<'SlotList'> {}

/** Which of a resource's leases a beat asks for. */
export type Lease = components['schemas']['LeaseKind']

/** A hold, as the answer to a beat tells it. */
export interface HeldSlot extends Body<'Held'> {}

/** Who comes. */
export interface Attendee extends Body<'Attendee'> {}

/** A booking as it is now. */
export interface Booking extends Body<'ReadBooking'> {}

/** A booking where it was made or moved to. */
export interface BookedSpan extends Body<'BookedSpan'> {}

/** A booking just made, with what lets its bearer manage it. */
export interface NewBooking extends Body<'MadeBooking'> {}

/** A page of bookings, by start, as the operator sees them. */
export interface BookingList extends Body<'BookingList'> {}
