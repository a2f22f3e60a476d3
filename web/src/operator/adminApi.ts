import type {
  Booking,
  BookingId,
  Day,
  DayRange,
  HoursException,
  ResourceId,
} from '@slotkeeper/client'
import { type Answer, createOperator, type ListedBooking } from '@slotkeeper/client/operator'

export type { ListedBooking } from '@slotkeeper/client/operator'

type NotDone = Exclude<Answer<unknown>, { readonly kind: 'ok' }>

/** Why the server did not do what the operator asked. */
export class AdminError extends Error {
  readonly answer: NotDone

  constructor(answer: NotDone) {
    super(answer.detail)
    this.answer = answer
  }

  /** Whether it is the key that is refused. */
  get isOfKey(): boolean {
    return this.answer.kind === 'unauthorized'
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

/** The value of an answer; what the page's polls wait for rejects where there is none. */
async function valueOf<T>(answer: Promise<Answer<T>>): Promise<T> {
  const given = await answer
  if (given.kind === 'ok') return given.value
  throw new AdminError(given)
}

/** The calls of the operator's page, on the server that it came from. */
export function adminApi(key: string): AdminApi {
  const operator = createOperator({ key })
  return {
    bookings: async (resourceId, days) => {
      const all: ListedBooking[] = []
      let cursor: string | undefined
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const query = { resourceId, ...days, limit: PAGE_LIMIT, cursor }
        const { bookings, nextCursor } = await valueOf(operator.bookings(query))
        all.push(...bookings)
        cursor = nextCursor
        if (!cursor) break
      }
      return all
    },
    booking: (id) => valueOf(operator.booking(id)),
    cancel: async (id) => void (await valueOf(operator.cancel(id))),
    exceptions: async (id) => (await valueOf(operator.exceptions(id))).exceptions,
    close: async (id, { date, label }) => {
      const closed = await valueOf(operator.addException(id, { date, label, hours: [] }))
      return closed.bookings?.length
    },
    reopen: async (id, exceptionId) => valueOf(operator.removeException(id, exceptionId)),
    metrics,
  }
}

async function metrics(): Promise<string> {
  const signal = AbortSignal.timeout(WITHIN_MS)
  const response = await fetch('/metrics', { cache: 'no-store', signal }).catch(() => undefined)
  if (response?.ok) return response.text()
  throw new AdminError({ kind: 'unreachable', detail: `HTTP ${response?.status ?? 0}` })
}

/** Whether the server takes the key: it answers a list of the shortest kind. */
export async function tryKey(
  key: string,
  day: Day,
): Promise<'ok' | 'wrong' | 'off' | 'unreachable'> {
  const query = { resourceId: 'none', from: day, to: day, limit: 1 }
  const answer = await createOperator({ key }).bookings(query)
  switch (answer.kind) {
    // A key that is good meets the next rule: there is no resource of that name.
    case 'ok':
    case 'resource_not_found':
      return 'ok'
    case 'unauthorized':
      return answer.code === 'admin_key_not_configured' ? 'off' : 'wrong'
    case 'unreachable':
    case 'busy':
    case 'broken':
      return 'unreachable'
    default:
      return 'off'
  }
}
