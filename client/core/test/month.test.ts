import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient, type SlotkeeperClient } from '../src/client.js'
import { FakeServer } from './support/fakeServer.js'
import { reply } from './support/replies.js'
import { FakePage, fakePlatform, pass } from './support/platform.js'

let server: FakeServer
let client: SlotkeeperClient

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 1) })
  server = new FakeServer()
  client = createClient({ platform: fakePlatform(server, new FakePage()) })
})

afterEach(() => {
  client.close()
  vi.useRealTimers()
})

const november = () =>
  client.month({ resourceId: 'studio-a', from: '2026-11-01', to: '2026-11-30', duration: 60 })

describe('a month', () => {
  it('tells of each day whether it has something to offer', async () => {
    server.bookForAnother('2026-11-24T00:00:00.000Z', 1440)
    const store = november()
    expect(store.getSnapshot()).toEqual({})
    store.subscribe(() => undefined)
    await pass()
    const { value } = store.getSnapshot()
    expect(Object.keys(value ?? {})).toHaveLength(30)
    expect([value?.['2026-11-23'], value?.['2026-11-24']]).toEqual([true, false])
  })

  it('tells by what a day is closed', async () => {
    const days = { '2026-11-24': false, '2026-11-25': true }
    server.fault = ({ path }) =>
      path.endsWith('/availability')
        ? reply(200, { days, closedBy: { '2026-11-24': 'Inventory' } })
        : undefined
    const store = november()
    store.subscribe(() => undefined)
    await pass()
    expect(store.getSnapshot()).toEqual({ value: days, closedBy: { '2026-11-24': 'Inventory' } })
    expect(store.getSnapshot()).toBe(store.getSnapshot())
  })

  it('tells why time refuses a day', async () => {
    const days = { '2026-11-24': true, '2026-11-25': false }
    const reasons = { '2026-11-25': 'beyond_horizon' }
    server.fault = ({ path }) =>
      path.endsWith('/availability') ? reply(200, { days, reasons }) : undefined
    const store = november()
    store.subscribe(() => undefined)
    await pass()
    expect(store.getSnapshot()).toEqual({ value: days, reasons })
  })

  it('is asked about again, soon and once, when bookings come or go', async () => {
    const store = november()
    store.subscribe(() => undefined)
    await pass()
    const bookings = Array.from({ length: 24 }, (_, hour) =>
      server.bookForAnother(`2026-11-24T${String(hour).padStart(2, '0')}:00:00.000Z`, 60),
    )
    await pass(1_400)
    expect(store.getSnapshot().value?.['2026-11-24']).toBe(false)
    expect(server.count('/availability')).toBe(2)
    server.cancel(bookings[7] ?? '')
    await pass(3_100)
    expect(store.getSnapshot().value?.['2026-11-24']).toBe(true)
    expect(server.count('/availability')).toBe(3)
  })

  it('is asked about every few seconds at most, however much is booked', async () => {
    november().subscribe(() => undefined)
    await pass()
    for (let minute = 0; minute < 600; minute += 15) {
      server.bookForAnother(new Date(Date.UTC(2026, 10, 24, 0, minute)).toISOString() as never, 15)
      await pass(250)
    }
    await pass(4_000)
    expect(server.count('/availability')).toBeLessThanOrEqual(7)
    expect(server.count('/availability')).toBeGreaterThan(3)
  })

  it('costs nothing when somebody holds', async () => {
    november().subscribe(() => undefined)
    await pass()
    server.holdForAnother('2026-11-24T10:00:00.000Z', 60)
    await pass(10_000)
    expect(server.count('/availability')).toBe(1)
  })

  it('is one stream with the panel of a day beside it', async () => {
    november().subscribe(() => undefined)
    client
      .daySlots({ resourceId: 'studio-a', date: '2026-11-24', duration: 60 })
      .subscribe(() => undefined)
    await pass()
    expect(server.count('/events')).toBe(1)
    expect(server.streams.ranges).toEqual([{ from: '2026-10-31', to: '2026-12-02' }])
  })
})
