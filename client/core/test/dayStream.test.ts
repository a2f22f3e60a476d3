import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { urlOf } from '../src/http.js'
import { DayStream, SILENCE_MS } from '../src/stream/dayStream.js'
import type { ConnectionState } from '../src/stream/sink.js'
import type { Message } from '../src/stream/sse.js'
import { eventsQuery, type Watched } from '../src/stream/watched.js'
import type { Day } from '../src/time/day.js'
import { FakeServer } from './support/fakeServer.js'
import { FakePage, fakePlatform, pass } from './support/platform.js'
import { problem } from './support/replies.js'

const days = (from: Day, to: Day): Watched => [{ resourceId: 'studio-a', from, to }]
const WEEK = days('2026-11-23', '2026-11-29')

let server: FakeServer
let page: FakePage
let states: ConnectionState[]
let messages: Message[]
let stream: DayStream

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 20) })
  server = new FakeServer()
  page = new FakePage()
  states = []
  messages = []
  const url = (...asked: Parameters<typeof eventsQuery>) =>
    urlOf('', '/v1/events', eventsQuery(...asked))
  stream = new DayStream(fakePlatform(server, page), url, {
    messages: (batch) => messages.push(...batch),
    state: (state) => states.push(state),
  })
})

afterEach(() => {
  stream.close()
  vi.useRealTimers()
})

const lastIds = () => server.seen.map(({ query }) => query.get('lastEventId'))
const events = () => messages.flatMap(({ event }) => event ?? [])

describe('a stream of days', () => {
  it('brings every day, and is live when the first round is over', async () => {
    stream.show(WEEK)
    await pass()
    expect(states).toEqual(['connecting', 'live'])
    expect(events()).toHaveLength(15)
    expect(stream.known).toEqual({ watched: WEEK, id: server.position })
  })

  it('resumes after the last id, and gets what it missed alone', async () => {
    stream.show(WEEK)
    await pass()
    messages = []
    server.streams.cut()
    await pass()
    server.bookForAnother('2026-11-24T10:00:00.000Z', 60)
    await pass(2_000)
    expect(lastIds()).toEqual([null, 'epoch.0.0'])
    expect(events()).toEqual(['availability', 'presence'])
    expect(states.at(-1)).toBe('live')
  })

  it('takes no id of a round that was cut', async () => {
    stream.show(WEEK)
    await pass()
    server.streams.sendText(
      'event: presence\ndata: {"date":"2026-11-24","holds":[]}\n\nid: epoch.0.9',
    )
    server.streams.cut()
    await pass(2_000)
    expect(lastIds()).toEqual([null, 'epoch.0.0'])
  })

  it('comes back when the server said to, after an end in order', async () => {
    stream.show(WEEK)
    await pass()
    server.streams.sendText('retry: 7000\n\n')
    await pass()
    server.streams.end()
    await pass(6_999)
    expect(server.count('/events')).toBe(1)
    expect(states.at(-1)).toBe('connecting')
    await pass(1)
    expect(server.count('/events')).toBe(2)
  })

  it('waits longer with each failure, half of it at random, and half a minute at most', async () => {
    const asked: number[] = []
    server.fault = () => {
      asked.push(Date.now())
      throw new TypeError('no network')
    }
    stream.show(WEEK)
    await pass(120_000)
    const waits = asked.slice(1).map((ms, index) => ms - (asked[index] ?? 0))
    expect(waits.slice(0, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    expect(states).toEqual(['connecting', 'offline'])
  })

  it('waits at least as long as a full server asks', async () => {
    const full = { code: 'too_many_streams', retryAfterMs: 9_000 }
    server.fault = () => new Response(JSON.stringify(full), { status: 503 })
    stream.show(WEEK)
    await pass(8_999)
    expect(server.count('/events')).toBe(1)
    await pass(1)
    expect(server.count('/events')).toBe(2)
  })

  it('tries at once when the network or the visitor is back', async () => {
    server.fault = () => {
      throw new TypeError('no network')
    }
    stream.show(WEEK)
    await pass(8_000)
    const tries = server.count('/events')
    page.say('online')
    await pass()
    expect(server.count('/events')).toBe(tries + 1)
    page.visible = false
    page.say('visibilitychange')
    await pass()
    expect(server.count('/events')).toBe(tries + 1)
    page.visible = true
    page.say('visibilitychange')
    await pass()
    expect(server.count('/events')).toBe(tries + 2)
  })

  it('gives up on what the server won’t have, until it is asked for anew', async () => {
    server.fault = () => problem(404, 'resource_not_found')
    stream.show(WEEK)
    await pass(600_000)
    expect(server.count('/events')).toBe(1)
    expect(states).toEqual(['connecting', 'refused'])
    server.fault = () => undefined
    stream.show(WEEK)
    await pass()
    expect(states.at(-1)).toBe('live')
  })

  it('takes a line without a sign of life for dead', async () => {
    stream.show(WEEK)
    await pass()
    await pass(SILENCE_MS - 1)
    server.streams.sendText(':\n\n')
    await pass(SILENCE_MS - 1)
    expect(server.count('/events')).toBe(1)
    await pass(1)
    expect(states.at(-1)).toBe('offline')
    await pass(2_000)
    expect(server.count('/events')).toBe(2)
  })

  it('is lost at once when the network goes, and back at once when it returns', async () => {
    stream.show(WEEK)
    await pass()
    page.say('offline')
    await pass()
    expect(states.at(-1)).toBe('offline')
    page.say('online')
    await pass()
    expect(states.at(-1)).toBe('live')
    expect(server.count('/events')).toBe(2)
  })

  it('forgets its place at a reset, and takes the state that follows', async () => {
    stream.show(WEEK)
    await pass()
    server.streams.sendText('event: reset\nid: reset\ndata: {}\n\n')
    await pass()
    expect(stream.known).toBeUndefined()
    server.streams.sendText('id: another.0.1\n\n')
    await pass()
    expect(stream.known?.id).toBe('another.0.1')
  })
})

describe('the days of a stream', () => {
  it('costs nothing when it shrinks', async () => {
    stream.show(WEEK)
    await pass()
    stream.show(days('2026-11-24', '2026-11-24'))
    await pass()
    expect(server.count('/events')).toBe(1)
  })

  it('begins anew, with the whole state, when it grows', async () => {
    stream.show(WEEK)
    await pass()
    stream.show(days('2026-11-23', '2026-12-31'))
    await pass()
    expect(lastIds()).toEqual([null, null])
    expect(server.streams.ranges).toEqual([{ from: '2026-11-23', to: '2026-12-31' }])
  })

  it('goes on from what is known after a pause', async () => {
    stream.show(WEEK)
    await pass()
    stream.close()
    await pass()
    expect(server.streams.count).toBe(0)
    stream.show(days('2026-11-24', '2026-11-25'))
    await pass()
    expect(lastIds()).toEqual([null, 'epoch.0.0'])
  })
})
