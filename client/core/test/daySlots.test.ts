import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient, type SlotkeeperClient } from '../src/client.js'
import { FRESH_MS } from '../src/fetched.js'
import { FakeServer } from './support/fakeServer.js'
import { FakePage, fakePlatform, pass } from './support/platform.js'
import { problem, reply } from './support/replies.js'

const NOW = Date.UTC(2026, 10, 20)
const ONE = '2026-11-24T13:00:00.000Z'

let server: FakeServer
let client: SlotkeeperClient

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  server = new FakeServer()
  client = open()
})

afterEach(() => {
  client.close()
  vi.useRealTimers()
})

const open = () => createClient({ platform: fakePlatform(server, new FakePage()) })

const slotsOf = (duration: number, from = client) =>
  from.daySlots({ resourceId: 'studio-a', date: '2026-11-24', duration })

const watched = async (duration: number, from = client) => {
  const store = slotsOf(duration, from)
  const stop = store.subscribe(() => undefined)
  await pass()
  return { store, stop }
}

const hours = (slots: readonly { readonly start: string }[]) =>
  slots.map(({ start }) => Number(start.slice(11, 13)))

describe('the slots of a day', () => {
  it('are loading until the list is there', async () => {
    const store = slotsOf(60)
    store.subscribe(() => undefined)
    expect(store.getSnapshot()).toMatchObject({ loading: true, all: [], connection: 'idle' })
    await pass()
    expect(store.getSnapshot()).toMatchObject({ loading: false, connection: 'live' })
    expect(store.getSnapshot().available).toHaveLength(24)
  })

  it('are fetched once, and derived from then on, for every duration', async () => {
    const viewers = await Promise.all(
      [60, 120, 300].map(async (duration) => (await watched(duration)).store),
    )
    await pass()
    expect(server.count('/slots')).toBe(3)
    server.holdForAnother(ONE, 60)
    await pass(100)
    expect(viewers.map((store) => hours(store.getSnapshot().reserved))).toEqual([
      [13],
      [12, 13],
      [9, 10, 11, 12, 13],
    ])
    server.bookForAnother(ONE, 60)
    await pass(100)
    expect(viewers.map((store) => store.getSnapshot().merged.length)).toEqual([23, 22, 19])
    expect(server.count('/slots')).toBe(3)
    expect(server.count('/events')).toBe(1)
  })

  it('cost ten viewers no request when somebody holds, renews and leaves', async () => {
    const clients = Array.from({ length: 10 }, open)
    const durations = [60, 120, 300]
    const stores = await Promise.all(
      clients.map(async (each, index) => (await watched(durations[index % 3] ?? 60, each)).store),
    )
    const before = server.seen.length
    const visitor = open()
    void visitor.hold('studio-a').place({ start: ONE, duration: 60 })
    await pass(15_000)
    // As the real one does, so that nobody takes the stream for dead.
    server.streams.sendText(':\n\n')
    await pass(15_000)
    expect(stores.every((store) => hours(store.getSnapshot().reserved).includes(13))).toBe(true)
    void visitor.hold('studio-a').release()
    await pass(100)
    expect(stores.every((store) => store.getSnapshot().reserved.length === 0)).toBe(true)
    const asked = server.seen.slice(before).map(({ path }) => path.split('/').at(-1))
    expect(new Set(asked)).toEqual(new Set(['sessions', 'heartbeat', 'leave']))
    for (const each of [...clients, visitor]) each.close()
  })

  it('never show one’s own hold as somebody else’s', async () => {
    const { store } = await watched(60)
    const seen = new Set<string | undefined>()
    store.subscribe(() => seen.add(store.getSnapshot().all[13]?.state))
    const hold = client.hold('studio-a')
    void hold.place({ start: ONE, duration: 60 })
    await pass(20_000)
    void hold.place({ start: '2026-11-24T15:00:00.000Z', duration: 60 })
    await pass(20_000)
    void hold.release()
    await pass(1_000)
    expect([...seen].filter((state) => state !== 'available')).toEqual([])
  })

  it('stay the same object until something of them changes', async () => {
    const { store } = await watched(60)
    const before = store.getSnapshot()
    server.holdForAnother('2026-11-25T20:00:00.000Z', 60)
    await pass(100)
    expect(store.getSnapshot()).toBe(before)
    server.holdForAnother(ONE, 60)
    await pass(100)
    expect(store.getSnapshot()).not.toBe(before)
  })

  it('pass by the server’s clock, not by the machine’s', async () => {
    const store = client.daySlots({ resourceId: 'studio-a', date: '2026-11-20', duration: 60 })
    store.subscribe(() => undefined)
    await pass()
    expect(hours(store.getSnapshot().available)).toContain(1)
    await pass(3_600_000 + 10_000)
    expect(
      store
        .getSnapshot()
        .all.slice(0, 3)
        .map(({ state }) => state),
    ).toEqual(['past', 'past', 'available'])
  })

  it('keep the last list when asking again fails, and ask until it works', async () => {
    const { store } = await watched(60)
    server.fault = ({ path }) => (path.endsWith('/slots') ? problem(503, 'unavailable') : undefined)
    client.days('studio-a').markStale()
    await pass()
    expect(store.getSnapshot()).toMatchObject({ loading: false, error: { kind: 'busy' } })
    expect(store.getSnapshot().available).toHaveLength(24)
    server.fault = () => undefined
    await pass(1_000)
    expect(store.getSnapshot().error).toBeUndefined()
  })

  it('are read again, with what closes the day, when the stream tells that the resource changed', async () => {
    const { store } = await watched(60)
    const label = 'Inventory'
    const closed = { exceptionId: '018f3a1e-9d2b-7c44-8f10-3a5b6c7d8e91', label, hours: [] }
    server.fault = ({ path }) =>
      path.endsWith('/slots')
        ? reply(200, { slots: [], exceptions: [{ ...closed, date: '2026-11-24' }] })
        : undefined
    expect(store.getSnapshot().exceptions).toEqual([])
    const changed = { resourceId: 'studio-a', status: 'open', position: 'epoch.0.999' }
    server.streams.sendText(`event: resource\ndata: ${JSON.stringify(changed)}\n\n`)
    await pass(100)
    expect(store.getSnapshot().all).toEqual([])
    expect(store.getSnapshot().exceptions).toMatchObject([{ label }])
  })

  it('say why there are none, and ask no more when a rule said so', async () => {
    server.fault = ({ path }) =>
      path.endsWith('/slots') ? problem(422, 'duration_not_offered') : undefined
    const { store } = await watched(45)
    await pass(120_000)
    expect(store.getSnapshot()).toMatchObject({
      loading: false,
      error: { kind: 'duration_not_offered' },
    })
    expect(server.count('/slots')).toBe(1)
  })

  it('are fetched again when the server’s history began anew', async () => {
    await watched(60)
    server.streams.sendText('event: reset\nid: reset\ndata: {}\n\n')
    await pass()
    expect(server.count('/slots')).toBe(2)
  })

  it('are shown again at once when somebody comes back, and fetched again after a while', async () => {
    const { store, stop } = await watched(60)
    stop()
    await pass(FRESH_MS - 10_000)
    const again = store.subscribe(() => undefined)
    await pass()
    expect(server.count('/slots')).toBe(1)
    again()
    await pass(10_000)
    store.subscribe(() => undefined)
    expect(store.getSnapshot().available).toHaveLength(24)
    await pass()
    expect(server.count('/slots')).toBe(2)
  })

  it('are one store for all who ask for the same', () => {
    expect(slotsOf(60)).toBe(slotsOf(60))
    expect(slotsOf(60)).not.toBe(slotsOf(120))
  })
})

describe('presence', () => {
  it('has each hold once, by start, however many days it has', async () => {
    const store = client.presence('studio-a', { from: '2026-11-23', to: '2026-11-26' })
    expect(store.getSnapshot()).toEqual([])
    store.subscribe(() => undefined)
    await pass()
    const late = server.holdForAnother('2026-11-25T10:00:00.000Z', 60)
    const long = server.holdForAnother('2026-11-23T14:00:00.000Z', 44 * 60 - 60)
    await pass(100)
    expect(store.getSnapshot().map(({ holdId }) => holdId)).toEqual([long, late])
    const before = store.getSnapshot()
    server.bookForAnother('2026-11-26T10:00:00.000Z', 60)
    await pass(100)
    expect(store.getSnapshot()).toBe(before)
  })
})
