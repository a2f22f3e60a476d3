import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LINGER_MS } from '../src/dayFeed.js'
import { type DayStore, NOTIFY_EVERY_MS } from '../src/dayStore.js'
import { FakeServer } from './support/fakeServer.js'
import { fakePlatform, pass, storeOn } from './support/platform.js'

let server: FakeServer
let store: DayStore

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 20) })
  server = new FakeServer()
  store = storeOn(fakePlatform(server))
})

afterEach(() => {
  store.close()
  vi.useRealTimers()
})

const NOVEMBER = { from: '2026-11-01', to: '2026-11-30' } as const
const THE_24TH = { from: '2026-11-24', to: '2026-11-24' } as const

describe('a day store', () => {
  it('has one connection over all the days that are watched', async () => {
    store.watch(THE_24TH, () => undefined)
    store.watch({ from: '2026-11-20', to: '2026-11-22' }, () => undefined)
    store.watch(NOVEMBER, () => undefined)
    await pass()
    expect(server.streams.ranges).toEqual([NOVEMBER])
    expect(server.count('/events')).toBe(1)
  })

  it('watches days that lie far apart beside each other', async () => {
    store.watch({ from: '2026-01-01', to: '2026-01-31' }, () => undefined)
    store.watch(NOVEMBER, () => undefined)
    store.watch({ from: '2026-12-01', to: '2026-12-31' }, () => undefined)
    await pass()
    expect(server.streams.ranges).toEqual([
      { from: '2026-11-01', to: '2026-12-31' },
      { from: '2026-01-01', to: '2026-01-31' },
    ])
  })

  it('knows a day by what is booked and held', async () => {
    const holdId = server.holdForAnother('2026-11-24T13:00:00.000Z', 60)
    store.watch(THE_24TH, () => undefined)
    await pass()
    expect(store.day('2026-11-24')).toMatchObject({ busySlots: [], holds: [{ holdId }] })
    server.bookForAnother('2026-11-24T00:00:00.000Z', 30)
    await pass(NOTIFY_EVERY_MS)
    expect(store.day('2026-11-24')?.busySlots).toEqual([0, 1])
  })

  it('tells of a change at once, and of many soon, together', async () => {
    const listener = vi.fn()
    store.watch(THE_24TH, listener)
    await pass(NOTIFY_EVERY_MS)
    listener.mockClear()
    for (let hour = 0; hour < 20; hour += 1) {
      server.holdForAnother(`2026-11-24T${String(hour).padStart(2, '0')}:00:00.000Z`, 60)
      await pass()
      if (hour === 0) expect(listener).toHaveBeenCalledTimes(1)
    }
    expect(listener).toHaveBeenCalledTimes(1)
    await pass(NOTIFY_EVERY_MS)
    expect(listener).toHaveBeenCalledTimes(2)
    expect(store.day('2026-11-24')?.holds).toHaveLength(20)
  })

  it('keeps the object of a day that did not change, and wakes nobody for it', async () => {
    const listener = vi.fn()
    store.watch(NOVEMBER, listener)
    await pass(NOTIFY_EVERY_MS)
    const before = store.day('2026-11-24')
    server.holdForAnother('2026-11-25T13:00:00.000Z', 60)
    await pass(NOTIFY_EVERY_MS)
    expect(store.day('2026-11-24')).toBe(before)
    listener.mockClear()
    server.streams.sendText(
      'event: presence\ndata: {"date":"2026-11-24","holds":[]}\n\nid: epoch.0.2\n\n',
    )
    await pass(NOTIFY_EVERY_MS)
    expect(listener).not.toHaveBeenCalled()
  })

  it('wakes those alone who watch the day, or the aspect of it', async () => {
    const [other, busy, holds] = [vi.fn(), vi.fn(), vi.fn()]
    store.watch({ from: '2026-11-20', to: '2026-11-20' }, other)
    store.watch(NOVEMBER, busy, 'busySlots')
    store.watch(NOVEMBER, holds, 'holds')
    await pass(NOTIFY_EVERY_MS)
    expect(busy).not.toHaveBeenCalled()
    other.mockClear()
    server.holdForAnother('2026-11-24T13:00:00.000Z', 60)
    await pass(NOTIFY_EVERY_MS)
    expect([other, busy, holds].map((listener) => listener.mock.calls.length)).toEqual([0, 0, 1])
    server.bookForAnother('2026-11-24T15:00:00.000Z', 60)
    await pass(NOTIFY_EVERY_MS)
    expect([other, busy, holds].map((listener) => listener.mock.calls.length)).toEqual([0, 1, 1])
  })

  it('keeps what it knew through a loss, and says that it is not live', async () => {
    server.holdForAnother('2026-11-24T13:00:00.000Z', 60)
    store.watch(THE_24TH, () => undefined)
    await pass()
    server.fault = () => {
      throw new TypeError('no network')
    }
    server.streams.cut()
    await pass(60_000)
    expect(store.connection.getSnapshot()).toBe('offline')
    expect(store.day('2026-11-24')?.holds).toHaveLength(1)
  })

  it('stays a while when nobody watches, and goes', async () => {
    const stop = store.watch(THE_24TH, () => undefined)
    await pass()
    stop()
    await pass(LINGER_MS - 1)
    const stopAgain = store.watch(THE_24TH, () => undefined)
    await pass()
    expect(server.count('/events')).toBe(1)
    stopAgain()
    await pass(LINGER_MS)
    expect(server.streams.count).toBe(0)
    expect(store.connection.getSnapshot()).toBe('idle')
  })

  it('says that what was fetched is stale when the server’s history began anew', async () => {
    const stale = vi.fn()
    store.onStale(stale)
    store.watch(THE_24TH, () => undefined)
    await pass()
    expect(stale).not.toHaveBeenCalled()
    server.streams.sendText('event: reset\nid: reset\ndata: {}\n\n')
    await pass()
    expect(stale).toHaveBeenCalledTimes(1)
  })

  it('lets others overhear what is watched, and opens nothing for them', async () => {
    const heard = vi.fn()
    store.overhear(THE_24TH, heard)
    await pass()
    expect(server.count('/events')).toBe(0)
    store.watch(THE_24TH, () => undefined)
    await pass()
    expect(heard).toHaveBeenCalled()
  })
})
