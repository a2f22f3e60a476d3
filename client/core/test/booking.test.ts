import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Answer } from '../src/answer.js'
import { createClient, type SlotkeeperClient } from '../src/client.js'
import { bookingId, manageToken } from '../src/ids.js'
import { FakeServer } from './support/fakeServer.js'
import { FakePage, fakePlatform, pass } from './support/platform.js'
import { problem, reply } from './support/replies.js'

const request = {
  resourceId: 'studio-a',
  start: '2026-11-24T10:00:00.000Z',
  duration: 60,
  attendee: { name: 'Ada', email: 'ada@example.com' },
} as const

let server: FakeServer
let client: SlotkeeperClient

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 20) })
  server = new FakeServer()
  client = createClient({ platform: fakePlatform(server, new FakePage()) })
})

afterEach(() => {
  client.close()
  vi.useRealTimers()
})

const within = async <T>(promise: Promise<T>, ms = 60_000): Promise<T> => {
  await pass(ms)
  return promise
}

const sent = () => server.seen.filter(({ path }) => path === '/v1/bookings')

const faults = (...kinds: readonly (() => Response | 'lose' | undefined)[]) => {
  const left = [...kinds]
  server.fault = ({ path }) => (path === '/v1/bookings' ? left.shift()?.() : undefined)
}

describe('an attempt to book', () => {
  it('books, and tells how to manage the booking', async () => {
    const answer = await within(client.booking(request).send())
    expect(answer).toMatchObject({ kind: 'ok', position: 'epoch.0.1' })
    expect(answer.kind === 'ok' && answer.value).toMatchObject({
      bookingId: 'booking-3',
      manageToken: 'manage-booking-3',
      status: 'confirmed',
    })
  })

  it('books once, under one key, when answers are lost', async () => {
    faults(
      () => 'lose',
      () => 'lose',
    )
    const answer = await within(client.booking(request).send())
    expect(answer.kind).toBe('ok')
    expect(server.bookings.size).toBe(1)
    expect(new Set(sent().map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1)
    expect(sent()).toHaveLength(3)
  })

  it('asks again when the server can’t tell what happened, and when a gateway lost it', async () => {
    faults(
      () => problem(503, 'outcome_unknown'),
      () => new Response('<h1>Bad gateway</h1>', { status: 502 }),
      () => problem(500, 'internal'),
      () => new Response('<h1>Hotel Wi-Fi</h1>', { status: 200 }),
    )
    expect((await within(client.booking(request).send())).kind).toBe('ok')
    expect(sent()).toHaveLength(5)
  })

  it('says that it does not know, after some tries, and finds out when it is sent again', async () => {
    faults(...Array.from({ length: 6 }, () => () => 'lose' as const))
    const attempt = client.booking(request)
    expect(await within(attempt.send())).toMatchObject({ kind: 'outcome_unknown' })
    expect(sent()).toHaveLength(6)
    expect((await within(attempt.send())).kind).toBe('ok')
    expect(server.bookings.size).toBe(1)
  })

  it('is busy, and not unknown, when nothing was ever done', async () => {
    faults(...Array.from({ length: 6 }, () => () => problem(503, 'busy')))
    expect(await within(client.booking(request).send())).toMatchObject({ kind: 'busy' })
    expect(server.bookings.size).toBe(0)
  })

  it('waits as long as the server asks, within reason', async () => {
    const busy = (ms: number) => () => reply(503, { code: 'busy', retryAfterMs: ms })
    faults(busy(5_000), busy(3_600_000))
    const answer = client.booking(request).send()
    await pass(4_999)
    expect(sent()).toHaveLength(1)
    await pass(1)
    expect(sent()).toHaveLength(2)
    await pass(10_000)
    expect(sent()).toHaveLength(3)
    expect((await answer).kind).toBe('ok')
  })

  it.each([
    ['booked', 409],
    ['held_by_other', 409],
    ['closed', 422],
    ['past', 422],
    ['duration_not_offered', 422],
    ['resource_retired', 410],
  ] as const)('is refused as %s at once', async (code, status) => {
    faults(() => problem(status, code))
    expect((await within(client.booking(request).send())).kind).toBe(code)
    expect(sent()).toHaveLength(1)
  })

  it('does not know what happened when the session ended between two tries', async () => {
    faults(
      () => 'lose',
      () => problem(401, 'session_token_expired'),
    )
    expect(await within(client.booking(request).send())).toMatchObject({ kind: 'outcome_unknown' })
  })

  it('begins another session when the last one is over, and nothing was done in it', async () => {
    void client.hold('studio-a').place({ start: '2026-11-25T10:00:00.000Z', duration: 60 })
    await pass()
    server.endSessions()
    expect((await within(client.booking(request).send())).kind).toBe('ok')
    expect(sent().map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer token-1',
      'Bearer token-4',
    ])
  })

  it('never sends another body under its key', async () => {
    const [first, second] = [client.booking(request), client.booking(request)]
    expect(first.key).not.toBe(second.key)
  })
})

describe('a managed booking', () => {
  const booking = () => client.managed(bookingId('booking-1'), manageToken('secret'))
  const is = (answer: Answer<unknown>, kind: string) => expect(answer.kind).toBe(kind)

  it('is cancelled by its token, and again when the answer is lost', async () => {
    let tries = 0
    server.fault = ({ method, path, headers }) => {
      expect([method, path]).toEqual(['DELETE', '/v1/bookings/booking-1'])
      expect(headers.get('slotkeeper-manage-token')).toBe('secret')
      if ((tries += 1) === 1) throw new TypeError('no network')
      return reply(200, { bookingId: 'booking-1', status: 'cancelled' })
    }
    is(await within(booking().cancel()), 'ok')
  })

  it('moves, and brings the session whose hold is consumed', async () => {
    const hold = client.hold('studio-a')
    void hold.place({ start: '2026-11-25T10:00:00.000Z', duration: 60 })
    await pass()
    server.fault = ({ method, headers, body }) => {
      if (method !== 'PATCH') return undefined
      expect(headers.get('authorization')).toBe('Bearer token-1')
      expect(body).toEqual({ start: '2026-11-25T10:00:00.000Z', duration: 60 })
      return reply(200, { bookingId: 'booking-1' })
    }
    const to = { start: '2026-11-25T10:00:00.000Z', duration: 60 } as const
    is(await within(booking().reschedule(to, hold)), 'ok')
    expect(hold.getSnapshot()).toEqual({ status: 'none' })
  })

  it('leaves a session out that has no hold to consume', async () => {
    server.fault = ({ headers }) => {
      expect(headers.get('authorization')).toBeNull()
      return problem(409, 'booked')
    }
    const to = { start: '2026-11-25T10:00:00.000Z', duration: 60 } as const
    is(await within(booking().reschedule(to)), 'booked')
  })
})
