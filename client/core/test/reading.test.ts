import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient, type SlotkeeperClient } from '../src/client.js'
import { createOperator } from '../src/operator.js'
import { addDays, type Day, parseDay, todayIn } from '../src/time/day.js'
import { instant, parseInstant } from '../src/time/instant.js'
import type { SlotList } from '../src/wire.js'
import { Dice } from './support/dice.js'
import { FakeServer } from './support/fakeServer.js'
import { fakePlatform, pass } from './support/platform.js'
import { problem, reply } from './support/replies.js'

const QUERY = { resourceId: 'studio-a', date: '2026-11-24', duration: 60 } as const
const nothing = () => undefined

let server: FakeServer
let client: SlotkeeperClient

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 20) })
  server = new FakeServer()
  client = createClient({ platform: fakePlatform(server) })
})

afterEach(() => {
  client.close()
  vi.useRealTimers()
})

describe('a list that a server has read', () => {
  const listed = (hour: string): SlotList => ({
    slots: [
      {
        start: `2026-11-24T${hour}:00:00.000Z`,
        end: `2026-11-24T${hour}:30:00.000Z`,
        available: true,
      },
    ],
  })
  const starts = () =>
    client
      .daySlots(QUERY)
      .getSnapshot()
      .all.map(({ start }) => start)

  it('is shown without a request, and then that of the browser', async () => {
    const store = client.daySlots(QUERY, listed('09'))
    expect(store.getSnapshot()).toMatchObject({ loading: false })
    expect(starts()).toEqual(['2026-11-24T09:00:00.000Z'])
    await pass()
    expect(server.seen).toEqual([])
    store.subscribe(nothing)
    await pass()
    expect(starts()).toHaveLength(24)
  })

  it('is that of the last request, where one client renders for many', () => {
    client.daySlots(QUERY, listed('09'))
    client.daySlots(QUERY, listed('10'))
    expect(starts()).toEqual(['2026-11-24T10:00:00.000Z'])
  })
})

describe('all resources', () => {
  it('are read page by page', async () => {
    server.fault = ({ path, query }) => {
      if (path !== '/v1/resources') return undefined
      const page = Number(query.get('cursor') ?? '0')
      const next = page < 2 ? { nextCursor: String(page + 1) } : {}
      return reply(200, { resources: [{ resourceId: `room-${page}` }], ...next })
    }
    const all = client.resources()
    all.subscribe(nothing)
    await pass()
    expect(all.getSnapshot().value?.map(({ resourceId }) => resourceId)).toEqual([
      'room-0',
      'room-1',
      'room-2',
    ])
  })
})

describe('the operator', () => {
  it('asks with the key, and is told what is wrong with it', async () => {
    const operator = createOperator({ key: 'the key', platform: fakePlatform(server) })
    server.fault = ({ headers }) =>
      headers.get('authorization') === 'Bearer the key'
        ? reply(200, { bookings: [] })
        : problem(401, 'admin_key_wrong')
    const query = { resourceId: 'studio-a', from: '2026-11-24', to: '2026-11-24' } as const
    const listed = operator.bookings(query)
    await pass()
    expect(await listed).toMatchObject({ kind: 'ok', value: { bookings: [] } })
    expect(server.seen[0]?.query.toString()).toBe(
      'resourceId=studio-a&from=2026-11-24&to=2026-11-24',
    )
    const other = createOperator({ key: 'another', platform: fakePlatform(server) })
    const refused = other.bookings(query)
    await pass()
    expect(await refused).toMatchObject({ kind: 'unauthorized', code: 'admin_key_wrong' })
  })
})

describe('days and instants', () => {
  it.each([
    '2026-02-30',
    '2026-13-01',
    '2026-1-1',
    '',
    'today',
    '2026-11-24T00:00:00Z',
    '+2026-01-01',
  ])('are not read from %j', (text) => expect(parseDay(text)).toBeUndefined())

  it.each(['', 'now', '2026-11-24', '2026-11-24T25:00:00Z', '2026-11-24T10:00:00', '24.11.2026'])(
    'and no instant from %j',
    (text) => expect(parseInstant(text)).toBeUndefined(),
  )

  it('are what was written', () => {
    const dice = new Dice(1)
    let date: Day = '2020-01-01'
    for (let count = 0; count < 1_000; count += 1) {
      date = addDays(date, 1 + dice.below(3))
      expect(parseDay(date)).toBe(date)
      expect(parseInstant(`${date}T10:00:00+02:00`)).toBe(`${date}T08:00:00.000Z`)
      expect(instant(new Date(`${date}T10:00:00Z`))).toBe(`${date}T10:00:00.000Z`)
    }
    expect(() => instant(NaN)).toThrow(RangeError)
  })

  it.each([
    ['Pacific/Kiritimati', '2026-11-25'],
    ['UTC', '2026-11-24'],
    ['Pacific/Pago_Pago', '2026-11-23'],
  ])('today in %s is what its calendars show', (zone, date) => {
    expect(todayIn(zone, Date.parse('2026-11-24T10:30:00Z'))).toBe(date)
  })
})
