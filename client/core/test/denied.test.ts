import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient } from '../src/client.js'
import { type Platform, thisPlatform } from '../src/platform.js'
import { FakeServer } from './support/fakeServer.js'
import { FakeChannels } from './support/fakeTabs.js'
import { FakePage, fakePlatform, pass, storeOn } from './support/platform.js'

const THE_24TH = { from: '2026-11-24', to: '2026-11-24' } as const
const CHOICE = { start: '2026-11-24T13:00:00.000Z', duration: 60 } as const

let server: FakeServer

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 20) })
  server = new FakeServer()
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** Watches a day, and gives how many holds are seen of it after one was placed. */
async function seenOn(platform: Platform): Promise<number | undefined> {
  const store = storeOn(platform)
  store.watch(THE_24TH, () => undefined)
  await pass()
  server.holdForAnother('2026-11-24T10:00:00.000Z', 60)
  await pass(4_000)
  const { length } = store.day(THE_24TH.from)?.holds ?? []
  store.close()
  return length
}

describe('where the browser forbids Web Locks', () => {
  const refusal = new DOMException('no locks for an opaque origin', 'SecurityError')

  it.each([
    ['SecurityError', refusal],
    ['InvalidStateError', new DOMException('no document', 'InvalidStateError')],
    ['TypeError', new TypeError('not here')],
  ])('a page asks once, and watches by itself: %s', async (_, error) => {
    const request = vi.fn(() => Promise.reject(error))
    const locks = { request } as unknown as LockManager
    const channels = new FakeChannels()
    const channel = (name: string) => channels.open(name)
    expect(await seenOn(fakePlatform(server, undefined, { locks, channel }))).toBe(1)
    expect(request).toHaveBeenCalledOnce()
    expect(server.count('/events')).toBe(1)
  })

  it('it does not ask again when it comes back', async () => {
    const request = vi.fn(() => Promise.reject(refusal))
    const locks = { request } as unknown as LockManager
    const page = new FakePage()
    const channels = new FakeChannels()
    const channel = (name: string) => channels.open(name)
    const store = storeOn(fakePlatform(server, page, { locks, channel }))
    store.watch(THE_24TH, () => undefined)
    await pass()
    page.say('pagehide')
    page.say('pageshow')
    await pass()
    expect(request).toHaveBeenCalledOnce()
    expect(server.streams.count).toBe(1)
  })
})

/** Ways in which a browser goes without something: it is not there, or it throws. */
const throwing = () => {
  throw new DOMException('denied', 'SecurityError')
}

const LACKS: readonly (readonly [string, () => void])[] = [
  ['no BroadcastChannel', () => vi.stubGlobal('BroadcastChannel', undefined)],
  ['a BroadcastChannel that throws', () => vi.stubGlobal('BroadcastChannel', throwing)],
  ['no navigator', () => vi.stubGlobal('navigator', undefined)],
  [
    'locks that throw',
    () =>
      vi.stubGlobal('navigator', {
        get locks() {
          return throwing()
        },
      }),
  ],
  ['no sessionStorage', () => vi.stubGlobal('sessionStorage', undefined)],
  [
    'a sessionStorage that is full or forbidden',
    () => vi.stubGlobal('sessionStorage', { getItem: throwing, setItem: throwing }),
  ],
  ['no Worker', () => vi.stubGlobal('Worker', undefined)],
  ['a Worker that throws', () => vi.stubGlobal('Worker', throwing)],
  [
    'no randomUUID, as on plain http',
    () => vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) }),
  ],
]

describe('a browser with', () => {
  it.each(LACKS)('%s watches, holds and books', async (_, takeAway) => {
    takeAway()
    vi.stubGlobal('fetch', server.fetch)
    expect(await seenOn(thisPlatform())).toBe(1)
    const client = createClient()
    const hold = client.hold('studio-a')
    const placed = hold.place(CHOICE)
    await pass()
    expect(await placed).toMatchObject({ status: 'held' })
    // Renewed beyond its first lease.
    await pass(30_000)
    expect(hold.getSnapshot().status).toBe('held')
    const attendee = { name: 'Ann', email: 'ann@example.com' }
    const sent = client.booking({ resourceId: 'studio-a', ...CHOICE, attendee }).send()
    await pass()
    expect(await sent).toMatchObject({ kind: 'ok' })
    client.close()
  })
})

describe('a page without sendBeacon', () => {
  it.each([
    ['that is missing', undefined],
    ['that throws', throwing],
    ['whose queue is full', () => false],
  ])('%s says at parting by fetch that it lets go', (_, sendBeacon) => {
    vi.stubGlobal('navigator', { sendBeacon })
    const fetch = vi.fn(() => Promise.reject(new TypeError('the page has gone')))
    vi.stubGlobal('fetch', fetch)
    expect(thisPlatform().beacon('/leave', 'text')).toBe(true)
    const init = { method: 'POST', body: 'text', keepalive: true }
    expect(fetch).toHaveBeenCalledExactlyOnceWith('/leave', init)
  })
})
