/**
 * What the bearer of the server's admin key may ask. Not for pages that visitors load: whoever
 * has the key reads every booking.
 *
 * @packageDocumentation
 */
import type { components } from '../types/openapi.js'
import type { Answer } from './answer.js'
import { bookingPath, resourcePath } from './api.js'
import { type Call, httpOn } from './http.js'
import type { BookingId, ResourceId } from './ids.js'
import { type Platform, thisPlatform } from './platform.js'
import type { DayRange } from './time/day.js'
import type { BookedSpan, Booking, BookingList, Resource } from './wire.js'

/** The settings of a resource, as they are written. */
export type ResourceSettings = components['schemas']['Settings']

/** Where the server is, and what proves the operator. */
export interface OperatorOptions {
  /** The server's origin, with a path if it has one. Absent: where the page came from. */
  readonly baseUrl?: string | undefined
  /** `SLOTKEEPER_ADMIN_KEY` of the server. */
  readonly key: string
  /** Parts of the browser to replace: for tests and unusual hosts. */
  readonly platform?: Partial<Platform> | undefined
}

/** Which bookings to list. */
export interface BookingsQuery extends DayRange {
  readonly resourceId: ResourceId
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined
  /** Bookings on the page. Absent: the server's default. */
  readonly limit?: number | undefined
}

/** Each call of the server that needs the admin key, once, without retry. */
export interface Operator {
  /** Registers a resource, or replaces all of its settings. */
  readonly putResource: (id: ResourceId, settings: ResourceSettings) => Promise<Answer<Resource>>
  /** Has a resource take no more bookings. What is booked stays booked. */
  readonly retireResource: (id: ResourceId) => Promise<Answer<undefined>>
  /** A page of the bookings of a resource that touch UTC days. */
  readonly bookings: (query: BookingsQuery) => Promise<Answer<BookingList>>
  readonly booking: (id: BookingId) => Promise<Answer<Booking>>
  readonly cancel: (id: BookingId) => Promise<Answer<BookedSpan>>
}

/** The operator's calls on the server at `baseUrl`. Nothing is sent until one is made. */
export function createOperator({ baseUrl = '', key, platform }: OperatorOptions): Operator {
  const http = httpOn({ ...thisPlatform(), ...platform }, baseUrl.replace(/\/+$/, ''))
  const call = <T>(method: Call['method'], path: string, more?: Partial<Call>) =>
    http<T>({ method, path, token: key, ...more })
  return {
    putResource: (id, body) => call('PUT', resourcePath(id, ''), { body }),
    retireResource: (id) => call('DELETE', resourcePath(id, '')),
    bookings: (query) => call('GET', '/v1/bookings', { query: { ...query } }),
    booking: (id) => call('GET', bookingPath(id)),
    cancel: (id) => call('DELETE', bookingPath(id)),
  }
}

export { type Answer, type Failure, isRefusal, type Ok, type Refusal } from './answer.js'
