import type { Day } from '../../src/time/day.js'
import { dayOf, daysIn } from '../../src/time/day.js'
import { type Instant, instantOf, msOf } from '../../src/time/instant.js'
import type { WatchedRange } from '../../src/stream/watched.js'
import { requiredSlots } from '../../src/time/slots.js'
import { problem, reply } from './replies.js'
import { FakeStreams } from './fakeStreams.js'

/** Milliseconds of the fake server's leases. */
export const LEASE_MS = { presence: 10_000, checkout: 300_000 }
const HOLD_MAX_MS = 900_000

interface Span {
  readonly start: Instant
  readonly end: Instant
}

interface FakeHold extends Span {
  readonly holdId: string
  readonly token: string
  expiresAtMs: number
  readonly renewableUntilMs: number
}

interface FakeBooking extends Span {
  readonly bookingId: string
  readonly body: string
  status: 'confirmed' | 'cancelled'
}

/** A request that the fake server got. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Record<string, unknown>
  readonly headers: Headers
}

/** Answers in place of the server: for one request, or nothing to let it through. */
export type Fault = (seen: Seen) => Response | Promise<Response> | 'lose' | undefined

const overlap = (a: Span, b: Span) => msOf(a.start) < msOf(b.end) && msOf(b.start) < msOf(a.end)

/**
 * A server of one resource, studio-a, open around the clock, in the wire format of the real
 * one; nothing happens to other resources. It lives on the clock of the test: `Date.now`,
 * which fake timers move.
 */
export class FakeServer {
  readonly seen: Seen[] = []
  readonly streams = new FakeStreams()
  readonly holds: FakeHold[] = []
  readonly bookings = new Map<string, FakeBooking>()
  /** Asked before each request; `lose` handles it and loses the answer. */
  fault: Fault = () => undefined
  #ids = 0
  #changes = 0
  #resourceChangedAt = 0
  #tokens = new Set<string>()
  #changed = new Map<Day, number>()

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input, 'http://server')
    const text = typeof init.body === 'string' ? init.body : '{}'
    const seen: Seen = {
      method: init.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      body: JSON.parse(text) as Record<string, unknown>,
      headers: new Headers(init.headers),
    }
    this.seen.push(seen)
    const fault = await this.fault(seen)
    init.signal?.throwIfAborted()
    if (fault instanceof Response) return fault
    const answer = this.#answer(seen, init.signal ?? undefined)
    if (fault === 'lose') throw new TypeError('the answer was lost')
    return answer
  }

  /** Requests whose path ends so. */
  count(end: string): number {
    return this.seen.filter(({ path }) => path.endsWith(end)).length
  }

  /** Forgets all sessions, as a server with another secret does. */
  endSessions(): void {
    this.#tokens.clear()
  }

  /** Somebody else holds a span; the id tells it apart. */
  holdForAnother(start: Instant, duration: number): string {
    const end = instantOf(msOf(start) + duration * 60_000)
    const holdId = this.#id('hold')
    const expiresAtMs = Infinity
    this.holds.push({ holdId, token: '', start, end, expiresAtMs, renewableUntilMs: Infinity })
    this.#publish('presence', { start, end })
    return holdId
  }

  /** Ends a hold for whatever reason. */
  endHold(holdId: string): void {
    const index = this.holds.findIndex((hold) => hold.holdId === holdId)
    const [hold] = index < 0 ? [] : this.holds.splice(index, 1)
    if (hold) this.#publish('presence', hold)
  }

  /** Somebody else books a span; the id tells it apart. */
  bookForAnother(start: Instant, duration: number): string {
    const end = instantOf(msOf(start) + duration * 60_000)
    const bookingId = this.#id('booking')
    this.bookings.set(bookingId, { bookingId, body: '', status: 'confirmed', start, end })
    this.#publish('availability', { start, end })
    return bookingId
  }

  /** Cancels a booking. */
  cancel(bookingId: string): void {
    const booking = this.bookings.get(bookingId)
    if (!booking) return
    booking.status = 'cancelled'
    this.#publish('availability', booking)
  }

  /** The id that a stream which has had everything is at. */
  get position(): string {
    return `epoch.0.${this.#changes}`
  }

  #id(kind: string): string {
    this.#ids += 1
    return `${kind}-${this.#ids}`
  }

  #busySlots(date: Day): number[] {
    const spans = [...this.bookings.values()].filter(({ status }) => status === 'confirmed')
    const slots = spans.flatMap((span) => slotsOf(span, date))
    return slots.toSorted((a, b) => a - b)
  }

  #dayMessage(kind: 'availability' | 'presence', date: Day, resourceId = 'studio-a'): string {
    const shown = ({ holdId, start, end }: FakeHold) => ({ holdId, start, end })
    const here = resourceId === 'studio-a'
    const all = here ? this.holds.filter((hold) => slotsOf(hold, date).length > 0) : []
    const busySlots = here ? this.#busySlots(date) : []
    const data = kind === 'availability' ? { busySlots } : { holds: all.map(shown) }
    return `event: ${kind}\ndata: ${JSON.stringify({ resourceId, date, ...data })}\n\n`
  }

  #resourceMessage(resourceId: string): string {
    const position = `epoch.0.${resourceId === 'studio-a' ? this.#resourceChangedAt : 0}`
    const data = { resourceId, status: 'open', position }
    return `event: resource\ndata: ${JSON.stringify(data)}\n\n`
  }

  /** Somebody changes the settings of studio-a. */
  changeResource(): void {
    this.#changes += 1
    this.#resourceChangedAt = this.#changes
    const message = this.#resourceMessage('studio-a')
    this.streams.sendOf('studio-a', message, `id: ${this.position}\n\n`)
  }

  #publish(kind: 'availability' | 'presence', span: Span): void {
    this.#changes += 1
    const days = requiredSlots(span.start, (msOf(span.end) - msOf(span.start)) / 60_000)
    for (const { date } of days) this.#changed.set(date, this.#changes)
    const dates = days.map(({ date }) => date)
    const message = (date: Day) => this.#dayMessage(kind, date)
    this.streams.send('studio-a', dates, message, `id: ${this.position}\n\n`)
  }

  #expire(): void {
    const due = this.holds.filter((hold) => hold.expiresAtMs <= Date.now())
    for (const { holdId } of due) this.endHold(holdId)
  }

  #answer(seen: Seen, signal: AbortSignal | undefined): Response {
    this.#expire()
    const route = `${seen.method} ${seen.path.replace(/^\/v1\/resources\/[^/]+/, '/r')}`
    if (route === 'POST /v1/sessions') return this.#session()
    if (route === 'GET /r') return this.#resource(seen)
    if (route === 'GET /r/slots') return this.#slots(seen)
    if (route === 'GET /r/availability') return this.#availability(seen)
    if (route === 'GET /v1/events') return this.#events(seen, signal)
    if (route === 'POST /r/heartbeat') return this.#heartbeat(seen)
    if (route === 'POST /r/leave') return this.#leave(seen)
    if (route === 'POST /v1/bookings') return this.#book(seen)
    return problem(404, 'not_found')
  }

  #session(): Response {
    const token = this.#id('token')
    this.#tokens.add(token)
    const expiresAt = instantOf(Date.now() + 86_400_000)
    return reply(201, { sessionId: this.#id('session'), token, expiresAt })
  }

  #resource({ path }: Seen): Response {
    const resourceId = path.split('/').at(-1)
    const body = { resourceId, status: 'open', name: `Studio ${this.#resourceChangedAt}` }
    return reply(200, body, this.position)
  }

  #slots({ query }: Seen): Response {
    const date = (query.get('date') ?? '') as Day
    const duration = Number(query.get('duration'))
    const midnight = Date.parse(`${date}T00:00:00Z`)
    const starts = Array.from({ length: 1440 / 60 }, (_, hour) => midnight + hour * 3_600_000)
    const slots = starts.map((ms) => {
      const start = instantOf(ms)
      const end = instantOf(ms + duration * 60_000)
      if (ms < Date.now()) return { start, end, available: false, reason: 'past' }
      const booked = this.#isBooked({ start, end })
      return { start, end, available: !booked, ...(booked && { reason: 'booked' }) }
    })
    return reply(200, { slots }, this.position)
  }

  #isBooked(span: Span): boolean {
    const live = [...this.bookings.values()].filter(({ status }) => status === 'confirmed')
    return live.some((booking) => overlap(booking, span))
  }

  #availability({ query }: Seen): Response {
    const range = { from: query.get('from') as Day, to: query.get('to') as Day }
    const days = daysIn(range).map((date) => [date, this.#busySlots(date).length < 96] as const)
    return reply(200, { days: Object.fromEntries(days) }, this.position)
  }

  #events({ query }: Seen, signal: AbortSignal | undefined): Response {
    const lastEventId = query.get('lastEventId')
    const unplaced = lastEventId !== null && !lastEventId.startsWith('epoch.')
    const after = lastEventId === null || unplaced ? -1 : Number(lastEventId.split('.')[2])
    const messages = (of: WatchedRange, since: number) => {
      const changedAt = (at: number | undefined) => (of.resourceId === 'studio-a' && at) || 0
      const days = daysIn(of).filter((date) => changedAt(this.#changed.get(date)) > since)
      const resource = changedAt(this.#resourceChangedAt) > since
      return [
        ...(resource ? [this.#resourceMessage(of.resourceId)] : []),
        ...days.map((date) => this.#dayMessage('availability', date, of.resourceId)),
        ...days.map((date) => this.#dayMessage('presence', date, of.resourceId)),
      ]
    }
    const [known, whole] = ['days', 'whole'].map((name) => rangesOf(query.get(name)))
    const told = [
      ...(known ?? []).flatMap((range) => messages(range, after)),
      ...(whole ?? []).flatMap((range) => messages(range, -1)),
    ]
    const reset = unplaced ? 'event: reset\nid: reset\ndata: {}\n\n' : ''
    const opening = `: slotkeeper\nretry: 2000\n\n${reset}${told.join('')}id: ${this.position}\n\n`
    return this.streams.open([...(known ?? []), ...(whole ?? [])], opening, signal)
  }

  #tokenOf({ headers, body }: Seen): string | undefined {
    const token = headers.get('authorization')?.replace('Bearer ', '') ?? String(body['token'])
    return this.#tokens.has(token) ? token : undefined
  }

  #heartbeat(seen: Seen): Response {
    const token = this.#tokenOf(seen)
    if (token === undefined) return problem(401, 'session_token_expired')
    const start = seen.body['start'] as Instant
    const end = instantOf(msOf(start) + Number(seen.body['duration']) * 60_000)
    const leaseMs = LEASE_MS[(seen.body['lease'] as 'presence' | 'checkout') ?? 'presence']
    const own = this.holds.find((hold) => hold.token === token)
    const renews = own !== undefined && own.start === start && own.end === end
    if (seen.body['holdId'] !== undefined && (!renews || own.holdId !== seen.body['holdId'])) {
      return problem(409, 'hold_lost')
    }
    if (renews) {
      own.expiresAtMs = Math.min(Date.now() + leaseMs, own.renewableUntilMs)
      return held(own, leaseMs)
    }
    if (this.#isBooked({ start, end })) return problem(409, 'booked', [{ start, end }])
    const inTheWay = this.holds.filter((hold) => hold !== own && overlap(hold, { start, end }))
    if (inTheWay.length > 0) return problem(409, 'held_by_other', inTheWay)
    if (own) this.endHold(own.holdId)
    const holdId = this.#id('hold')
    const renewableUntilMs = Date.now() + HOLD_MAX_MS
    const placed = {
      holdId,
      token,
      start,
      end,
      expiresAtMs: Date.now() + leaseMs,
      renewableUntilMs,
    }
    this.holds.push(placed)
    this.#publish('presence', placed)
    return held(placed, leaseMs)
  }

  #leave(seen: Seen): Response {
    const token = this.#tokenOf(seen)
    if (token === undefined) return problem(401, 'session_token_expired')
    const { holdId } = seen.body
    const own = this.holds.find((hold) => hold.token === token)
    if (own && (holdId === undefined || holdId === own.holdId)) this.endHold(own.holdId)
    return new Response(null, { status: 204 })
  }

  #book(seen: Seen): Response {
    const token = this.#tokenOf(seen)
    if (token === undefined) return problem(401, 'session_token_expired')
    const key = `${token} ${seen.headers.get('idempotency-key')}`
    const start = seen.body['start'] as Instant
    const end = instantOf(msOf(start) + Number(seen.body['duration']) * 60_000)
    const body = JSON.stringify(seen.body)
    const before = this.bookings.get(key)
    if (before && before.body !== body) return problem(422, 'idempotency_key_reused')
    if (!before) {
      if (this.#isBooked({ start, end })) return problem(409, 'booked', [{ start, end }])
      const inTheWay = this.holds.filter((hold) => overlap(hold, { start, end }))
      const others = inTheWay.filter((hold) => hold.token !== token)
      if (others.length > 0) return problem(409, 'held_by_other', others)
      const bookingId = this.#id('booking')
      this.bookings.set(key, { bookingId, body, status: 'confirmed', start, end })
      this.#publish('availability', { start, end })
      for (const hold of inTheWay) this.endHold(hold.holdId)
    }
    const { bookingId, status } = this.bookings.get(key) ?? { bookingId: '', status: 'confirmed' }
    const { resourceId, duration, attendee } = seen.body
    const made = { bookingId, resourceId, start, end, duration, status, attendee }
    return reply(201, { ...made, manageToken: `manage-${bookingId}` }, this.position)
  }
}

function held(hold: FakeHold, leaseMs: number): Response {
  const { holdId, start, end, expiresAtMs, renewableUntilMs } = hold
  return reply(200, {
    holdId,
    start,
    end,
    expiresAt: instantOf(expiresAtMs),
    expiresInMs: expiresAtMs - Date.now(),
    heartbeatEveryMs: Math.max(1_000, leaseMs / 2),
    renewableUntil: instantOf(renewableUntilMs),
  })
}

function rangesOf(text: string | null): WatchedRange[] {
  const entries = text?.split(',') ?? []
  return entries.map((entry) => {
    const [resourceId = '', days = ''] = entry.split(':')
    const [from, to] = days.split('..') as [Day, Day]
    return { resourceId, from, to }
  })
}

function slotsOf(span: Span, date: Day): readonly number[] {
  if (dayOf(span.start) > date || dayOf(span.end) < date) return []
  const days = requiredSlots(span.start, (msOf(span.end) - msOf(span.start)) / 60_000)
  return days.find((day) => day.date === date)?.slots ?? []
}
