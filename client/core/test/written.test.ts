import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient, type Position, type SlotkeeperClient } from '../src/index.js'
import { FakeServer } from './support/fakeServer.js'
import { fakePlatform, pass } from './support/platform.js'
import { problem, reply } from './support/replies.js'

const START = '2026-11-24T13:00:00.000Z'
const attendee = { name: 'Ann', email: 'ann@example.com' }

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

async function book(): Promise<void> {
  const sent = client
    .booking({ resourceId: 'studio-a', start: START, duration: 60, attendee })
    .send()
  await pass()
  expect(await sent).toMatchObject({ kind: 'ok' })
}

/** Opens a day, and gives the positions that its list was asked after. */
async function asked(): Promise<(string | null)[]> {
  const before = server.seen.length
  client
    .daySlots({ resourceId: 'studio-a', date: '2026-11-24', duration: 60 })
    .subscribe(() => undefined)
  await pass()
  const lists = server.seen.slice(before).filter(({ path }) => path.endsWith('/slots'))
  return lists.map(({ query }) => query.get('after'))
}

describe('what is read after a booking', () => {
  it('waits for it', async () => {
    await book()
    expect(await asked()).toEqual([server.position])
  })

  it('waits for it, whichever read it is, and for nothing else where it is told after what', async () => {
    await book()
    const { api } = client
    const resourceId = 'studio-a'
    const range = { from: '2026-11-24', to: '2026-11-25' } as const
    const after = 'another' as Position
    const reads = [
      (told?: Position) => api.slots({ resourceId, date: range.from, duration: 60 }, told),
      (told?: Position) => api.availability({ resourceId, duration: 60, ...range }, told),
      (told?: Position) => api.availabilities({ resourceIds: ['b', resourceId], ...range }, told),
      (told?: Position) => api.next({ resourceId, duration: 60 }, told),
      (told?: Position) => api.day(resourceId, range.from, told),
      (told?: Position) => api.presence(resourceId, range, told),
    ]
    server.fault = ({ method }) => (method === 'GET' ? reply(200, {}) : undefined)
    for (const read of reads) {
      await read()
      expect(server.seen.at(-1)?.query.get('after')).toBe(server.position)
      await read(after)
      expect(server.seen.at(-1)?.query.get('after')).toBe(after)
    }
    await api.slots({ resourceId: 'studio-b', date: range.from, duration: 60 })
    expect(server.seen.at(-1)?.query.get('after')).toBeNull()
  })

  it('is no list from before, though that one is young', async () => {
    const day = client.daySlots({ resourceId: 'studio-a', date: '2026-11-24', duration: 60 })
    const stop = day.subscribe(() => undefined)
    await pass()
    expect(day.getSnapshot().all.length).toBeGreaterThan(0)
    stop()
    // Who comes back soon is shown what is there.
    expect(day.getSnapshot().all.length).toBeGreaterThan(0)
    await book()
    expect(day.getSnapshot()).toMatchObject({ all: [], loading: true })
    const before = server.seen.length
    day.subscribe(() => undefined)
    await pass()
    const lists = server.seen.slice(before).filter(({ path }) => path.endsWith('/slots'))
    expect(lists.map(({ query }) => query.get('after'))).toEqual([server.position])
    const starts = day.getSnapshot().available.map(({ start }) => start)
    expect(starts).not.toContain(START)
  })

  it('waits for nothing where nothing was written, or long ago', async () => {
    expect(await asked()).toEqual([null])
    await book()
    await pass(400_000)
    client.close()
    const range = { from: '2026-11-01', to: '2026-11-30' } as const
    client.month({ resourceId: 'studio-a', ...range, duration: 60 }).subscribe(() => undefined)
    await pass()
    expect(
      server.seen.findLast(({ path }) => path.endsWith('/availability'))?.query.get('after'),
    ).toBeNull()
  })

  it('is read without waiting where the position is of a history that was undone', async () => {
    await book()
    server.fault = ({ query }) =>
      query.has('after') ? problem(400, 'position_unknown') : undefined
    expect(await asked()).toEqual([server.position, null])
  })
})

describe('a booking that is moved', () => {
  it('takes the session with it where the visitor holds the new time, without being told', async () => {
    const moved = async () => {
      const managed = client.managed('b' as never, 't' as never)
      const sent = managed.reschedule({ start: START, duration: 60 })
      await pass()
      await sent
      return server.seen.findLast(({ method }) => method === 'PATCH')?.headers.has('authorization')
    }
    expect(await moved()).toBe(false)
    void client.hold('studio-a').place({ start: START, duration: 60 })
    await pass()
    expect(await moved()).toBe(true)
  })
})
