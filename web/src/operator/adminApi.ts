import type {
  Booking,
  BookingId,
  Day,
  DayRange,
  HoursException,
  Instant,
  ResourceId,
} from '@slotkeeper/client'

/** A booking as the operator's list tells it. */
export interface ListedBooking {
  readonly bookingId: BookingId
  readonly resourceId: ResourceId
  readonly start: Instant
  readonly end: Instant
  readonly status: 'confirmed' | 'cancelled'
}

interface BookingPage {
  readonly bookings: readonly ListedBooking[]
  readonly nextCursor?: string
}

/** Why the server did not do what the operator asked. */
export class AdminError extends Error {
  /** The status of the answer; 0 when none came. */
  readonly status: number
  /** The code of the problem that was answered, if one was. */
  readonly code: string | undefined

  constructor(status: number, code?: string) {
    super(`The server answered ${status}.`)
    this.status = status
    this.code = code
  }

  /** Whether it is the key that is refused. */
  get isOfKey(): boolean {
    return this.status === 401 || this.status === 403
  }
}

/** A day on which nothing opens. */
export interface Closure {
  /** By the resource's clock. */
  readonly date: Day
  /** What visitors are told. */
  readonly label: string
}

/** Bookings of a page, and pages that are read of one resource and day: more do not fit a row. */
const PAGE_LIMIT = 200
const PAGES_MAX = 5

/** Milliseconds until an answer counts as lost. */
const WITHIN_MS = 10_000

/** What only the bearer of the admin key may ask. */
export interface AdminApi {
  readonly bookings: (resourceId: ResourceId, days: DayRange) => Promise<readonly ListedBooking[]>
  readonly booking: (id: BookingId) => Promise<Booking>
  readonly cancel: (id: BookingId) => Promise<void>
  readonly exceptions: (id: ResourceId) => Promise<readonly HoursException[]>
  /** Closes a day; tells how many bookings lie on it, which stay, or nothing when that is not known. */
  readonly close: (id: ResourceId, closure: Closure) => Promise<number | undefined>
  readonly reopen: (id: ResourceId, exceptionId: string) => Promise<void>
  /** The metrics, which need no key, in the text format of Prometheus. */
  readonly metrics: () => Promise<string>
}

const exceptionsPath = (id: ResourceId, rest = ''): string =>
  `/v1/resources/${encodeURIComponent(id)}/exceptions${rest}`

const bookingPath = (id: BookingId): string => `/v1/bookings/${encodeURIComponent(id)}`

/** The calls of the operator's page, on the server that it came from. */
export function adminApi(key: string): AdminApi {
  const ask = async (path: string, method = 'GET', sent?: unknown): Promise<Response> => {
    const signal = AbortSignal.timeout(WITHIN_MS)
    const json = sent !== undefined && { 'content-type': 'application/json' }
    const headers = { authorization: `Bearer ${key}`, ...json }
    const body = sent === undefined ? null : JSON.stringify(sent)
    const init = { method, headers, body, signal, cache: 'no-store' } as const
    const response = await fetch(path, init).catch(() => {
      throw new AdminError(0)
    })
    if (response.ok) return response
    const problem = (await response.json().catch(() => undefined)) as { code?: string } | undefined
    throw new AdminError(response.status, problem?.code)
  }
  return {
    bookings: async (resourceId, { from, to }) => {
      const all: ListedBooking[] = []
      let cursor: string | undefined
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const query = { resourceId, from, to, limit: String(PAGE_LIMIT), ...(cursor && { cursor }) }
        const response = await ask(`/v1/bookings?${new URLSearchParams(query)}`)
        const { bookings, nextCursor } = (await response.json()) as BookingPage
        all.push(...bookings)
        cursor = nextCursor
        if (!cursor) break
      }
      return all
    },
    booking: async (id) => (await (await ask(bookingPath(id))).json()) as Booking,
    cancel: async (id) => void (await ask(bookingPath(id), 'DELETE')),
    exceptions: async (id) => {
      const response = await ask(exceptionsPath(id))
      return ((await response.json()) as { exceptions: HoursException[] }).exceptions
    },
    close: async (id, { date, label }) => {
      const response = await ask(exceptionsPath(id), 'POST', { date, label, hours: [] })
      return ((await response.json()) as { bookings?: unknown[] }).bookings?.length
    },
    reopen: async (id, exceptionId) =>
      void (await ask(exceptionsPath(id, `/${encodeURIComponent(exceptionId)}`), 'DELETE')),
    metrics: async () => (await ask('/metrics')).text(),
  }
}

/** Whether the server takes the key: it answers a list of the shortest kind. */
export async function tryKey(
  key: string,
  day: Day,
): Promise<'ok' | 'wrong' | 'off' | 'unreachable'> {
  try {
    await adminApi(key).bookings('none', { from: day, to: day })
    return 'ok'
  } catch (error) {
    const refused = error instanceof AdminError ? error : new AdminError(0)
    const { status, code } = refused
    if (code === 'admin_key_not_configured') return 'off'
    if (refused.isOfKey) return 'wrong'
    if (status === 0 || status >= 500) return 'unreachable'
    // A key that is good meets the next rule: there is no resource of that name.
    return status === 404 ? 'ok' : 'off'
  }
}
