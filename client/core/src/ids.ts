declare const brand: unique symbol

/** A string that the server made. Nothing else passes for it. */
type Made<Name extends string> = string & { readonly [brand]: Name }

/**
 * A resource's id, like `studio-a`. People write these, so a plain string passes; an id of
 * another kind does not.
 */
export type ResourceId = string & { readonly [brand]?: 'ResourceId' }

/** A visitor's session. */
export type SessionId = Made<'SessionId'>

/** What proves a session. A secret: it goes into headers and beacons, never into a URL. */
export type SessionToken = Made<'SessionToken'>

/** A session's claim on a span. */
export type HoldId = Made<'HoldId'>

/** A booking. */
export type BookingId = Made<'BookingId'>

/** What lets its bearer read, move and cancel one booking. A secret. */
export type ManageToken = Made<'ManageToken'>

/** A place in the server's log. Opaque: hand it back, compare nothing. */
export type Position = Made<'Position'>

/** Takes a booking's id from where it was written down: a link, a mail. */
export const bookingId = (text: string): BookingId => text as BookingId

/** Takes a manage token from where it was written down: a link, a mail. */
export const manageToken = (text: string): ManageToken => text as ManageToken
