import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient, type SlotkeeperClient } from '../src/client.js'
import { DayFeed } from '../src/dayFeed.js'
import { NOTIFY_EVERY_MS } from '../src/dayStore.js'
import { RANGES_MAX } from '../src/stream/watched.js'
import { FakeServer } from './support/fakeServer.js'
import { FakePage, fakePlatform, pass } from './support/platform.js'
import { problem } from './support/replies.js'

const THE_24TH = { from: '2026-11-24', to: '2026-11-24' } as const

let server: FakeServer
let page: FakePage
let feed: DayFeed

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 20) })
  server = new FakeServer()
  page = new FakePage()
  feed = new DayFeed(fakePlatform(server, page), '')
})

afterEach(() => {
  feed.close()
  vi.useRealTimers()
})

const nothing = () => undefined
const asked = () => server.seen.filter(({ path }) => path === '/v1/events')
const lastAsked = () => asked().at(-1)?.query

describe('a page of a hundred resources', () => {
  it('has one stream, and each its days', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `room-${index}`)
    for (const id of [...ids, 'studio-a']) feed.store(id).watch(THE_24TH, nothing)
    await pass()
    expect(asked()).toHaveLength(1)
    expect(server.streams.count).toBe(1)
    server.bookForAnother('2026-11-24T00:00:00.000Z', 30)
    await pass(NOTIFY_EVERY_MS)
    expect(feed.store('studio-a').day('2026-11-24')?.busySlots).toEqual([0, 1])
    for (const id of ids) {
      expect(feed.store(id).day('2026-11-24')).toMatchObject({ busySlots: [], holds: [] })
      expect(feed.store(id).connection.getSnapshot()).toBe('live')
    }
  })

  it('watches as many as a stream may, those that were opened last', async () => {
    for (let index = 0; index <= RANGES_MAX; index += 1) {
      feed.store(`room-${index}`).watch(THE_24TH, nothing)
    }
    await pass()
    const watched = server.streams.watched.flat().map(({ resourceId }) => resourceId)
    expect(watched).toHaveLength(RANGES_MAX)
    expect(watched).toContain(`room-${RANGES_MAX}`)
    expect(watched).not.toContain('room-0')
    expect(feed.store('room-0').connection.getSnapshot()).toBe('connecting')
  })

  it('is not kept from its days by an id that no resource can have', async () => {
    server.fault = ({ query }) =>
      /Studio/.test(query.toString()) ? problem(400, 'invalid_resource_id') : undefined
    feed.store('Studio A').watch(THE_24TH, nothing)
    feed.store('studio-a').watch(THE_24TH, nothing)
    await pass()
    expect(server.streams.count).toBe(1)
    expect(server.streams.watched.flat()).toHaveLength(1)
  })
})

describe('another resource on a page', () => {
  beforeEach(async () => {
    feed.store('studio-a').watch(THE_24TH, nothing)
    await pass()
  })

  it('comes whole, and the others after the last id', async () => {
    feed.store('studio-b').watch(THE_24TH, nothing)
    await pass()
    expect(lastAsked()?.get('days')).toBe('studio-a:2026-11-24..2026-11-24')
    expect(lastAsked()?.get('whole')).toBe('studio-b:2026-11-24..2026-11-24')
    expect(lastAsked()?.get('lastEventId')).toBe('epoch.0.0')
    expect(server.streams.count).toBe(1)
  })

  it('costs the others nothing that happens meanwhile, and does not unsettle them', async () => {
    const states: string[] = []
    const { connection } = feed.store('studio-a')
    connection.subscribe(() => states.push(connection.getSnapshot()))
    let open = nothing as () => void
    const gate = new Promise<void>((resolve) => (open = resolve))
    server.fault = () => gate.then(() => undefined) as never
    feed.store('studio-b').watch(THE_24TH, nothing)
    await pass()
    expect(server.streams.count).toBe(0)
    server.holdForAnother('2026-11-24T10:00:00.000Z', 60)
    expect(feed.store('studio-b').connection.getSnapshot()).toBe('connecting')
    open()
    await pass(NOTIFY_EVERY_MS)
    expect(feed.store('studio-a').day('2026-11-24')?.holds).toHaveLength(1)
    expect(feed.store('studio-b').connection.getSnapshot()).toBe('live')
    expect(states).toEqual([])
  })

  it('is still to come when the stream that was to bring it is cut', async () => {
    server.fault = ({ query }) => {
      if (query.get('whole')) throw new TypeError('no network')
      return undefined
    }
    feed.store('studio-b').watch(THE_24TH, nothing)
    await pass()
    server.holdForAnother('2026-11-24T10:00:00.000Z', 60)
    server.fault = nothing
    await pass(2_000)
    expect(lastAsked()?.get('whole')).toBe('studio-b:2026-11-24..2026-11-24')
    expect(feed.store('studio-a').day('2026-11-24')?.holds).toHaveLength(1)
    expect(feed.store('studio-b').day('2026-11-24')?.holds).toEqual([])
  })
})

describe('a resource that is changed', () => {
  let client: SlotkeeperClient

  beforeEach(() => {
    client = createClient({ platform: fakePlatform(server, page) })
  })

  afterEach(() => client.close())

  const QUERY = { resourceId: 'studio-a', date: '2026-11-24', duration: 60 } as const
  const MONTH = { resourceId: 'studio-a', ...THE_24TH, duration: 60 } as const

  it('is read again, and so are its lists, each once', async () => {
    const resource = client.resource('studio-a')
    const all = [client.daySlots(QUERY), client.month(MONTH), resource]
    for (const store of all) store.subscribe(nothing)
    await pass(NOTIFY_EVERY_MS)
    const counts = () => ['/slots', '/availability', '/studio-a'].map((end) => server.count(end))
    expect(counts()).toEqual([1, 1, 1])
    expect(resource.getSnapshot().value?.name).toBe('Studio 0')
    server.changeResource()
    await pass(NOTIFY_EVERY_MS)
    expect(counts()).toEqual([2, 2, 2])
    expect(resource.getSnapshot().value?.name).toBe('Studio 1')
    // And the reads wait for the change, on whichever node they are.
    const after = server.seen.findLast(({ path }) => path.endsWith('/slots'))?.query
    expect(after?.get('after')).toBe('epoch.0.1')
  })

  it('was changed before the page came: nothing is read twice', async () => {
    server.changeResource()
    client.daySlots(QUERY).subscribe(nothing)
    await pass(NOTIFY_EVERY_MS)
    expect(server.count('/slots')).toBe(1)
  })

  it('is read again by who comes back after it', async () => {
    const list = client.daySlots(QUERY)
    const stop = list.subscribe(nothing)
    client.days('studio-a').watch(THE_24TH, nothing)
    await pass(NOTIFY_EVERY_MS)
    stop()
    server.changeResource()
    await pass(NOTIFY_EVERY_MS)
    expect(server.count('/slots')).toBe(1)
    list.subscribe(nothing)
    await pass(NOTIFY_EVERY_MS)
    expect(server.count('/slots')).toBe(2)
  })
})
