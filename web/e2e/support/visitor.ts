import { ADMIN_KEY } from './server.js'

/** Somebody who talks to the server without a page. */
export interface Visitor {
  readonly hold: (resource: string, start: string, duration: number) => Promise<Held>
  readonly renew: (resource: string, held: Held) => Promise<void>
  readonly leave: (resource: string) => Promise<void>
  readonly book: (resource: string, start: string, duration: number) => Promise<Booked>
}

export interface Held {
  readonly holdId: string
  readonly start: string
  readonly duration: number
}

export interface Booked {
  readonly bookingId: string
  readonly manageToken: string
}

async function ask(
  url: string,
  method: string,
  token: string | undefined,
  body?: unknown,
  key?: string,
) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key && { 'idempotency-key': key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`)
  return text ? (JSON.parse(text) as unknown) : undefined
}

let keys = 0

export async function visitor(api: string): Promise<Visitor> {
  const { token } = (await ask(`${api}/v1/sessions`, 'POST', undefined)) as { token: string }
  const of = (resource: string, rest: string) => `${api}/v1/resources/${resource}/${rest}`
  return {
    hold: async (resource, start, duration) => {
      const body = { start, duration }
      const { holdId } = (await ask(of(resource, 'heartbeat'), 'POST', token, body)) as Held
      return { holdId, start, duration }
    },
    renew: async (resource, held) => {
      await ask(of(resource, 'heartbeat'), 'POST', token, held)
    },
    leave: async (resource) => {
      await ask(of(resource, 'leave'), 'POST', token, {})
    },
    book: async (resource, start, duration) => {
      const attendee = { name: 'Bea Example', email: 'bea@example.com' }
      const body = { resourceId: resource, start, duration, attendee }
      return (await ask(`${api}/v1/bookings`, 'POST', token, body, `key-${(keys += 1)}`)) as Booked
    },
  }
}

/** Settings of a resource, as the API takes them. */
export type Settings = Readonly<Record<string, unknown>>

export async function putResource(api: string, id: string, settings: Settings): Promise<void> {
  await ask(`${api}/v1/resources/${id}`, 'PUT', ADMIN_KEY, settings)
}

/** The live holds of a resource on a UTC day. */
export async function holdsOf(api: string, id: string, day: string): Promise<readonly Held[]> {
  const url = `${api}/v1/resources/${id}/presence?from=${day}&to=${day}`
  return ((await ask(url, 'GET', undefined)) as { holds: readonly Held[] }).holds
}

/** Takes a resource out of the offer. */
export async function retireResource(api: string, id: string): Promise<void> {
  await ask(`${api}/v1/resources/${id}`, 'DELETE', ADMIN_KEY)
}
