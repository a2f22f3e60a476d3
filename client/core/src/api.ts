import type { Answer } from './answer.js'
import type { Choice } from './hold.js'
import type { Call, Http } from './http.js'
import type { BookingId, HoldId, ManageToken, Position, ResourceId, SessionToken } from './ids.js'
import type { Day, DayRange } from './time/day.js'
import type { Instant } from './time/instant.js'
import type {
  Attendee,
  Availabilities,
  BookedSpan,
  Booking,
  DayAvailability,
  HeldSlot,
  Lease,
  MonthAvailability,
  NewBooking,
  NextFree,
  Presence,
  Resource,
  ResourceList,
  Session,
  SlotList,
} from './wire.js'

/** Which days to tell the availability of. */
export interface MonthQuery extends DayRange {
  readonly resourceId: ResourceId
  /** Minutes; one of the resource's durations. */
  readonly duration: number
  /** How many seats are wanted. Absent: one. */
  readonly quantity?: number | undefined
  /** The zone whose days are meant. Absent: the resource's. */
  readonly timezone?: string | undefined
}

/** Which days of many resources to tell the availability of. */
export interface AvailabilityQuery extends DayRange {
  /** At most 100, each once. */
  readonly resourceIds: readonly ResourceId[]
  /** Minutes. Absent: the shortest duration of each. */
  readonly duration?: number | undefined
  /** How many seats are wanted. Absent: one. */
  readonly quantity?: number | undefined
  /** The zone whose days are meant. Absent: that of each. */
  readonly timezone?: string | undefined
}

/** From when to look for the next start that can be had. */
export interface NextQuery {
  readonly resourceId: ResourceId
  /** Minutes; one of the resource's durations. */
  readonly duration: number
  /** How many seats are wanted. Absent: one. */
  readonly quantity?: number | undefined
  /** A local day of `timezone`, or an instant. Absent: now. */
  readonly from?: Day | Instant | undefined
  /** The zone whose day is meant. Absent: the resource's. */
  readonly timezone?: string | undefined
}

/** Which starts to list. */
export interface SlotQuery {
  readonly resourceId: ResourceId
  /** A local day of `timezone`. */
  readonly date: Day
  /** Minutes; one of the resource's durations. */
  readonly duration: number
  /** How many seats are wanted. Absent: one. */
  readonly quantity?: number | undefined
  /** Minutes between two starts. Absent: the resource's. */
  readonly interval?: number | undefined
  /** The zone whose day is meant. Absent: the resource's. */
  readonly timezone?: string | undefined
}

/** What keeps a hold, or makes one. */
export interface Beat extends Choice {
  /** Renews this hold and nothing else. Absent: places, moves or renews. */
  readonly holdId?: HoldId | undefined
  readonly lease?: Lease | undefined
}

/** What to book, and for whom. */
export interface BookingRequest extends Choice {
  readonly resourceId: ResourceId
  readonly attendee: Attendee
}

/** Milliseconds until a beat counts as lost: half of the usual lease, so that a retry fits. */
const BEAT_WITHIN_MS = 5_000

/** The path of a resource, `rest` below it. */
export const resourcePath = (resourceId: ResourceId, rest: string): string =>
  `/v1/resources/${encodeURIComponent(resourceId)}${rest}`

/** The path of a booking. */
export const bookingPath = (id: BookingId): string => `/v1/bookings/${encodeURIComponent(id)}`

type Get = <T>(path: string, query?: Call['query'], headers?: Call['headers']) => Promise<Answer<T>>

const managed = (token: ManageToken) => ({ 'slotkeeper-manage-token': token })

/** What anybody may read. `after` makes a read wait for a write's position. */
const readsOn = (get: Get) => ({
  /** A page of them, from `cursor` on: the `nextCursor` of the page before. */
  resources: (cursor?: string, status?: Resource['status']) =>
    get<ResourceList>('/v1/resources', { cursor, status }),

  resource: (id: ResourceId, after?: Position) => get<Resource>(resourcePath(id, ''), { after }),

  availability: ({ resourceId, ...query }: MonthQuery, after?: Position) =>
    get<MonthAvailability>(resourcePath(resourceId, '/availability'), { ...query, after }),

  /** Of many resources in one call. */
  availabilities: ({ resourceIds, ...query }: AvailabilityQuery, after?: Position) => {
    const resources = resourceIds.join(',')
    return get<Availabilities>('/v1/availability', { resources, ...query, after })
  },

  /** The first start that can be had, as far as two years from now. */
  next: ({ resourceId, ...query }: NextQuery, after?: Position) =>
    get<NextFree>(resourcePath(resourceId, '/next'), { ...query, after }),

  day: (id: ResourceId, date: Day, after?: Position) =>
    get<DayAvailability>(resourcePath(id, `/days/${date}`), { after }),

  slots: ({ resourceId, ...query }: SlotQuery, after?: Position) =>
    get<SlotList>(resourcePath(resourceId, '/slots'), { ...query, after }),

  presence: (id: ResourceId, range: DayRange, after?: Position) =>
    get<Presence>(resourcePath(id, '/presence'), { ...range, after }),
})

/** Each call of the server that a visitor may make, once, without retry. */
export type Api = ReturnType<typeof apiOn>

/** The calls on `http`. */
export const apiOn = (http: Http) => {
  const get: Get = (path, query, headers) => http({ method: 'GET', path, query, headers })

  return {
    createSession: () => http<Session>({ method: 'POST', path: '/v1/sessions' }),

    ...readsOn(get),

    heartbeat: (token: SessionToken, id: ResourceId, body: Beat) => {
      const path = resourcePath(id, '/heartbeat')
      return http<HeldSlot>({ method: 'POST', path, token, body, withinMs: BEAT_WITHIN_MS })
    },

    leave: (token: SessionToken, id: ResourceId, holdId?: HoldId) =>
      http<undefined>({
        method: 'POST',
        path: resourcePath(id, '/leave'),
        token,
        body: { holdId },
      }),

    book: (token: SessionToken, idempotencyKey: string, body: BookingRequest) =>
      http<NewBooking>({
        method: 'POST',
        path: '/v1/bookings',
        token,
        headers: { 'idempotency-key': idempotencyKey },
        body,
      }),

    booking: (id: BookingId, token: ManageToken) =>
      get<Booking>(bookingPath(id), undefined, managed(token)),

    /** `session` is whose hold on the new span is consumed. */
    reschedule: (
      id: BookingId,
      manageToken: ManageToken,
      { start, duration }: Choice,
      token?: SessionToken,
    ) =>
      http<BookedSpan>({
        method: 'PATCH',
        path: bookingPath(id),
        headers: managed(manageToken),
        token,
        body: { start, duration },
      }),

    cancel: (id: BookingId, token: ManageToken) =>
      http<BookedSpan>({ method: 'DELETE', path: bookingPath(id), headers: managed(token) }),
  }
}
