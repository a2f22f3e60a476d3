import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient, type SlotkeeperClient } from '../src/client.js'
import type { Hold } from '../src/hold.js'
import type { SlotHold } from '../src/slotHold.js'
import { FakeServer, LEASE_MS } from './support/fakeServer.js'
import { FakePage, fakePlatform, pass } from './support/platform.js'
import { problem } from './support/replies.js'

const TEN = { start: '2026-11-24T10:00:00.000Z', duration: 60 } as const
const ONE = { start: '2026-11-24T13:00:00.000Z', duration: 60 } as const

let server: FakeServer
let page: FakePage
let client: SlotkeeperClient
let hold: SlotHold

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 20) })
  server = new FakeServer()
  page = new FakePage()
  client = createClient({ platform: fakePlatform(server, page) })
  hold = client.hold('studio-a')
})

afterEach(() => {
  client.close()
  vi.useRealTimers()
})

const statuses = (): string[] => {
  const seen: string[] = []
  hold.subscribe(() => {
    const { status } = hold.getSnapshot()
    if (seen.at(-1) !== status) seen.push(status)
  })
  return seen
}

const beats = () => server.seen.filter(({ path }) => path.endsWith('/heartbeat'))

const place = async (choice = TEN as typeof TEN | typeof ONE): Promise<Hold> => {
  const placed = hold.place(choice)
  await pass()
  return placed
}

describe('placing a hold', () => {
  it('shows at once that it is asked for, then that it is held', async () => {
    const seen = statuses()
    const placed = hold.place(TEN)
    expect(hold.getSnapshot()).toEqual({ status: 'holding', ...TEN })
    await pass()
    expect(await placed).toMatchObject({ status: 'held', ...TEN, lease: 'presence' })
    expect(seen).toEqual(['holding', 'held'])
    expect(server.holds).toHaveLength(1)
  })

  it('is rolled back when somebody else has it, and says whose time it was', async () => {
    server.holdForAnother(TEN.start, 60)
    expect(await place()).toMatchObject({
      status: 'refused',
      error: { kind: 'held_by_other', conflicts: [{ start: TEN.start }] },
    })
    expect(server.count('/heartbeat')).toBe(1)
  })

  it('keeps the hold before when a move is refused, and says so through renewals', async () => {
    await place()
    server.holdForAnother(ONE.start, 60)
    const refused = { status: 'held', ...TEN, error: { kind: 'held_by_other' } }
    expect(await place(ONE)).toMatchObject(refused)
    await pass(LEASE_MS.presence * 3)
    expect(hold.getSnapshot()).toMatchObject(refused)
    expect(server.holds.some(({ start }) => start === TEN.start)).toBe(true)
  })

  it('moves to another span', async () => {
    await place()
    expect(await place(ONE)).toMatchObject({ status: 'held', ...ONE })
    expect(server.holds).toHaveLength(1)
  })

  it('ends at the last of many quick choices, one request at a time', async () => {
    let running = 0
    let most = 0
    const waiting: (() => void)[] = []
    const answer = async () => {
      await pass()
      waiting.shift()?.()
      await pass()
    }
    const platform = fakePlatform(server, page, {
      fetch: async (input, init) => {
        most = Math.max(most, (running += 1))
        await new Promise<void>((done) => waiting.push(done))
        running -= 1
        return server.fetch(input, init)
      },
    })
    hold = createClient({ platform }).hold('studio-a')
    for (const hour of ['09', '10', '11', '12']) {
      void hold.place({ start: `2026-11-24T${hour}:00:00.000Z`, duration: 60 })
      await answer()
    }
    while (waiting.length > 0) await answer()
    expect(most).toBe(1)
    expect(server.holds.map(({ start }) => start)).toEqual(['2026-11-24T12:00:00.000Z'])
    expect(hold.getSnapshot()).toMatchObject({ status: 'held', start: '2026-11-24T12:00:00.000Z' })
  })

  it('asks nothing for a choice that is taken back in the same turn', async () => {
    void hold.place(TEN)
    void hold.release()
    await pass()
    expect(server.seen).toEqual([])
    expect(hold.getSnapshot()).toEqual({ status: 'none' })
  })

  it('asks once for a choice that is taken back and made again, as Strict Mode does', async () => {
    void hold.place(TEN)
    void hold.release()
    void hold.place(TEN)
    await pass()
    expect(beats()).toHaveLength(1)
    expect(hold.getSnapshot().status).toBe('held')
  })

  it('asks again when the answer is lost, and ends with one hold', async () => {
    let lost = 0
    server.fault = ({ path }) =>
      path.endsWith('/heartbeat') && (lost += 1) < 3 ? 'lose' : undefined
    void hold.place(TEN)
    await pass(2_000)
    expect(hold.getSnapshot().status).toBe('held')
    expect(server.holds).toHaveLength(1)
  })

  it('gives up after some tries and says that nothing is held', async () => {
    server.fault = ({ path }) => {
      if (path.endsWith('/heartbeat')) throw new TypeError('no network')
      return undefined
    }
    void hold.place(TEN)
    await pass(10_000)
    expect(hold.getSnapshot()).toMatchObject({ status: 'refused', error: { kind: 'unreachable' } })
    expect(beats()).toHaveLength(4)
  })

  it('begins another session when the last one is over', async () => {
    await place()
    void hold.release()
    await pass()
    server.endSessions()
    expect(await place()).toMatchObject({ status: 'held' })
    expect(server.count('/sessions')).toBe(2)
  })

  it('has what it was refused for fetched again, unless it was a hold', async () => {
    const stale = vi.fn()
    client.days('studio-a').onStale(stale)
    server.holdForAnother(TEN.start, 60)
    await place()
    expect(stale).not.toHaveBeenCalled()
    server.bookForAnother(ONE.start, 60)
    await place(ONE)
    expect(stale).toHaveBeenCalledTimes(1)
  })
})

describe('keeping a hold', () => {
  it('renews at the server’s pace, by the hold’s id', async () => {
    await place()
    await pass(LEASE_MS.presence * 6)
    expect(beats()).toHaveLength(13)
    expect(
      new Set(
        beats()
          .slice(1)
          .map(({ body }) => body['holdId']),
      ),
    ).toEqual(new Set(['hold-3']))
    expect(server.holds).toHaveLength(1)
  })

  it('switches to the checkout lease at once, and to its pace', async () => {
    await place()
    void hold.checkout()
    await pass()
    expect(hold.getSnapshot()).toMatchObject({ status: 'held', lease: 'checkout' })
    const before = beats().length
    await pass(149_999)
    expect(beats()).toHaveLength(before)
    await pass(1)
    expect(beats()).toHaveLength(before + 1)
    expect(beats().at(-1)?.body).toMatchObject({ lease: 'checkout', holdId: 'hold-3' })
  })

  it('survives beats that do not come through, while the lease lasts', async () => {
    await place()
    await pass(4_000)
    server.fault = () => {
      throw new TypeError('no network')
    }
    await pass(5_000)
    server.fault = () => undefined
    await pass(3_000)
    expect(hold.getSnapshot().status).toBe('held')
    expect(server.holds).toHaveLength(1)
  })

  it('has expired when no beat came through for a lease', async () => {
    await place()
    const ended = vi.fn()
    hold.onEnded(ended)
    server.fault = () => {
      throw new TypeError('no network')
    }
    await pass(LEASE_MS.presence + 3_500)
    expect(hold.getSnapshot()).toEqual({ status: 'expired', ...TEN })
    expect(ended.mock.calls).toEqual([['expired']])
    const before = beats().length
    await pass(60_000)
    expect(beats()).toHaveLength(before)
  })

  it('has expired when it can be renewed no longer', async () => {
    await place()
    await pass(900_000)
    await pass(1_000)
    expect(hold.getSnapshot().status).toBe('expired')
    expect(server.holds).toEqual([])
  })

  it('is lost when the server ended it', async () => {
    const ended = vi.fn()
    hold.onEnded(ended)
    await place()
    server.endHold('hold-3')
    await pass(LEASE_MS.presence / 2)
    expect(hold.getSnapshot()).toEqual({ status: 'lost', ...TEN })
    expect(ended.mock.calls).toEqual([['lost']])
  })

  it('hears of its loss at once where the day is watched', async () => {
    client.days('studio-a').watch({ from: '2026-11-24', to: '2026-11-24' }, () => undefined)
    await pass()
    await place()
    void hold.checkout()
    await pass(1_000)
    server.endHold('hold-3')
    await pass(100)
    expect(hold.getSnapshot().status).toBe('lost')
  })

  it('is no loss to whoever wants another by then, or none', async () => {
    const ended = vi.fn()
    hold.onEnded(ended)
    for (const wanted of [ONE, undefined]) {
      await place()
      let arrive = () => {}
      const gate = new Promise<void>((open) => (arrive = open))
      server.fault = async ({ body }) => {
        if (body['holdId'] === undefined) return undefined as never
        await gate
        return problem(409, 'hold_lost')
      }
      await pass(LEASE_MS.presence / 2)
      const last = wanted ? hold.place(wanted) : hold.release()
      await pass()
      arrive()
      await pass()
      server.fault = () => undefined
      expect(await last).toMatchObject(wanted ? { status: 'held', ...wanted } : { status: 'none' })
    }
    expect(ended).not.toHaveBeenCalled()
  })

  it('tells what is left of it', async () => {
    expect(hold.timeLeft()).toBeUndefined()
    await place()
    expect(hold.timeLeft()).toEqual({ leaseMs: 10_000, inAllMs: 900_000, failing: false })
    await pass(4_000)
    expect(hold.timeLeft()).toEqual({ leaseMs: 6_000, inAllMs: 896_000, failing: false })
  })
})

describe('giving a hold back', () => {
  it('shows at once that nothing is held, and tells the server which hold ended', async () => {
    await place()
    void hold.release()
    expect(hold.getSnapshot()).toEqual({ status: 'none' })
    await pass()
    expect(server.holds).toEqual([])
    expect(server.seen.at(-1)?.body).toEqual({ holdId: 'hold-3' })
    const before = beats().length
    await pass(60_000)
    expect(beats()).toHaveLength(before)
  })

  it('waits for a placing that is under way, and gives back what it placed', async () => {
    let arrive = () => {}
    const gate = new Promise<void>((open) => (arrive = open))
    server.fault = ({ path }) => (path.endsWith('/heartbeat') ? (gate as never) : undefined)
    void hold.place(TEN)
    await pass()
    void hold.release()
    await pass()
    expect(server.count('/leave')).toBe(0)
    arrive()
    await pass()
    expect(server.holds).toEqual([])
    expect(server.count('/leave')).toBe(1)
    expect(hold.getSnapshot()).toEqual({ status: 'none' })
  })

  it('is tried again when the network is gone, some times', async () => {
    await place()
    let tries = 0
    server.fault = ({ path }) => {
      if (path.endsWith('/leave') && (tries += 1) < 3) throw new TypeError('no network')
      return undefined
    }
    void hold.release()
    await pass(5_000)
    expect(server.holds).toEqual([])
  })

  it('goes by beacon when the page goes', async () => {
    await place()
    page.say('pagehide')
    expect(page.beacons).toEqual([
      {
        url: '/v1/resources/studio-a/leave',
        text: JSON.stringify({ token: 'token-1', holdId: 'hold-3' }),
      },
    ])
    await pass()
    expect(server.holds).toEqual([])
  })

  it('goes by beacon when the page goes before the server has taken it back', async () => {
    await place()
    server.fault = ({ path, headers }) =>
      path.endsWith('/leave') && headers.has('authorization') ? problem(503, 'busy') : undefined
    void hold.release()
    await pass()
    page.say('pagehide')
    await pass()
    expect(page.beacons).toHaveLength(1)
    expect(server.holds).toEqual([])
    await pass(60_000)
    expect(server.count('/leave')).toBe(2)
  })

  it('sends no beacon when there is nothing to give back', async () => {
    await place()
    void hold.release()
    await pass()
    page.say('pagehide')
    expect(page.beacons).toEqual([])
  })

  it('asks for the slot anew when the browser brings the page back', async () => {
    await place()
    const seen = statuses()
    page.say('pagehide')
    await pass()
    page.say('pageshow')
    await pass()
    expect(seen).toEqual(['holding', 'held'])
    expect(server.holds).toHaveLength(1)
  })
})

describe('one’s own hold', () => {
  it('is known before the answer, by its span, and after it, by its id', async () => {
    const shown = { holdId: 'hold-3' as never, start: TEN.start, end: ONE.start }
    const exact = { ...shown, end: '2026-11-24T11:00:00.000Z' } as const
    void hold.place(TEN)
    expect(hold.owns(shown)).toBe(false)
    expect(hold.owns(exact)).toBe(true)
    await pass()
    expect(hold.owns(shown)).toBe(true)
    void hold.release()
    await pass()
    expect(hold.owns(shown)).toBe(true)
  })
})

describe('booking what is held', () => {
  const attendee = { name: 'Ada', email: 'ada@example.com' }
  const request = { resourceId: 'studio-a', ...TEN, attendee }

  it('consumes the hold without calling it lost', async () => {
    await place()
    const seen = statuses()
    const answer = client.booking(request).send()
    await pass()
    expect((await answer).kind).toBe('ok')
    await pass(60_000)
    expect(seen).toEqual(['none'])
    expect(server.count('/leave')).toBe(0)
  })

  it('keeps quiet about a beat that meets the booked hold before the booking’s answer', async () => {
    let answered = () => {}
    const gate = new Promise<void>((open) => (answered = open))
    const fetch: typeof server.fetch = async (input, init) => {
      const answer = await server.fetch(input, init)
      if (input === '/v1/bookings') await gate
      return answer
    }
    const slow = createClient({ platform: { ...fakePlatform(server, page), fetch } })
    hold = slow.hold('studio-a')
    const ended = vi.fn()
    hold.onEnded(ended)
    await place(TEN)
    const answer = slow.booking(request).send()
    await pass(LEASE_MS.presence)
    expect(hold.getSnapshot().status).toBe('held')
    answered()
    await pass()
    expect((await answer).kind).toBe('ok')
    expect(hold.getSnapshot()).toEqual({ status: 'none' })
    expect(ended).not.toHaveBeenCalled()
  })

  it('says that the hold was lost when it was and the booking is refused', async () => {
    await place()
    server.fault = ({ path }) => {
      if (path.endsWith('/bookings')) return problem(409, 'held_by_other')
      if (path.endsWith('/heartbeat')) return problem(409, 'hold_lost')
      return undefined
    }
    const ended = vi.fn()
    hold.onEnded(ended)
    const answer = hold.duringBooking(async () => {
      await pass(LEASE_MS.presence / 2)
      expect(ended).not.toHaveBeenCalled()
      return client.booking(request).send()
    })
    await pass()
    expect((await answer).kind).toBe('held_by_other')
    expect(ended.mock.calls).toEqual([['lost']])
  })
})
