import {
  bookingId,
  type BookingId,
  type Day,
  type ManageToken,
  manageToken,
  type ResourceId,
} from '@slotkeeper/client'

/** What an address asks for. */
export type Route =
  | { readonly page: 'picker' }
  | {
      readonly page: 'resource'
      readonly resourceId: ResourceId
      readonly day: Day | undefined
      readonly duration: number | undefined
    }
  | {
      readonly page: 'booking'
      readonly bookingId: BookingId
      /** Absent: the link lost its end. */
      readonly token: ManageToken | undefined
    }
  | { readonly page: 'none' }

/** Whether it is a date, and one that exists. */
function isDay(text: string | null): text is Day {
  const ms = Date.parse(`${text}T00:00:00Z`)
  return ms > 0 && new Date(ms).toISOString().slice(0, 10) === text
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Reads an address. */
export function routeOf({
  pathname,
  search,
  hash,
}: Pick<URL, 'pathname' | 'search' | 'hash'>): Route {
  const [kind, id, ...rest] = pathname.split('/').filter(Boolean).map(decoded)
  if (kind === undefined) return { page: 'picker' }
  if (id === undefined || rest.length > 0) return { page: 'none' }
  if (kind === 'r') {
    const query = new URLSearchParams(search)
    const day = query.get('day')
    const duration = Number(query.get('duration'))
    return {
      page: 'resource',
      resourceId: id,
      day: isDay(day) ? day : undefined,
      duration: Number.isInteger(duration) && duration > 0 ? duration : undefined,
    }
  }
  if (kind !== 'b') return { page: 'none' }
  // In the fragment, which browsers send to no server and no log has.
  const token = hash.slice(1)
  return {
    page: 'booking',
    bookingId: bookingId(id),
    token: token ? manageToken(token) : undefined,
  }
}

export const resourcePath = (id: ResourceId): string => `/r/${encodeURIComponent(id)}`

/** The address at which the bearer of a link manages a booking. */
export const managePath = (id: BookingId, token: ManageToken): string =>
  `/b/${encodeURIComponent(id)}#${token}`
