import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DayFeed } from '../src/dayFeed.js'
import type { DayStore } from '../src/dayStore.js'
import { addDays, type Day } from '../src/time/day.js'
import { Dice } from './support/dice.js'
import { FakeServer } from './support/fakeServer.js'
import { FakeChannels, type FakeEnd, FakeLocks } from './support/fakeTabs.js'
import { FakePage, fakePlatform, pass } from './support/platform.js'

const FIRST: Day = '2026-11-24'
const DAYS = 5
const TABS = 5

interface Tab {
  readonly page: FakePage
  readonly feed: DayFeed
  end: FakeEnd | undefined
  readonly watched: Map<string, { readonly store: DayStore; readonly stop: () => void }>
  hidden: boolean
  frozen: boolean
}

let server: FakeServer
let tabs: Tab[]

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 20) })
  server = new FakeServer()
  const locks = new FakeLocks()
  const channels = new FakeChannels()
  tabs = Array.from({ length: TABS }, () => {
    const page = new FakePage()
    const channel = (name: string) => (tab.end = channels.open(name))
    const defer = (act: () => void) => (tab.end ? tab.end.soon(act) : act())
    const platform = fakePlatform(server, page, { locks: locks.managerFor(defer), channel })
    const feed = new DayFeed(platform, '')
    const tab: Tab = {
      page,
      feed,
      end: undefined,
      watched: new Map(),
      hidden: false,
      frozen: false,
    }
    return tab
  })
})

afterEach(() => {
  for (const { feed } of tabs) feed.close()
  vi.useRealTimers()
})

/** A tab watches another day of one of three resources, or one less. */
function turn(tab: Tab, dice: Dice): void {
  // What a browser has put away or frozen does nothing of its own.
  if (tab.hidden || tab.frozen) return
  const id = dice.pick(['studio-a', 'studio-b', 'studio-c'])
  const date = addDays(FIRST, dice.below(DAYS))
  const key = `${id} ${date}`
  const watched = tab.watched.get(key)
  if (watched) {
    watched.stop()
    tab.watched.delete(key)
  } else {
    const store = tab.feed.store(id)
    const stop = store.watch({ from: date, to: date }, () => undefined)
    tab.watched.set(key, { store, stop })
  }
}

/** Something happens to studio-a. */
function happen(dice: Dice): void {
  const date = addDays(FIRST, dice.below(DAYS))
  const start = `${date}T${String(dice.below(24)).padStart(2, '0')}:00:00.000Z` as const
  const { holdId } = server.holds[dice.below(server.holds.length || 1)] ?? {}
  if (holdId && dice.below(3) === 0) server.endHold(holdId)
  else if (dice.below(4) === 0) server.bookForAnother(start, 60)
  else server.holdForAnother(start, 60)
}

/** A tab goes into the browser's cache or comes back, or is frozen or thaws. */
function suffer(tab: Tab, dice: Dice): void {
  if (tab.hidden || (!tab.frozen && dice.below(2) === 0)) {
    tab.hidden = !tab.hidden
    tab.page.say(tab.hidden ? 'pagehide' : 'pageshow')
  } else if (tab.end) {
    tab.frozen = !tab.frozen
    if (tab.frozen) tab.end.freeze()
    else tab.end.thaw()
  }
}

async function step(dice: Dice): Promise<void> {
  const tab = dice.pick(tabs)
  const what = dice.below(20)
  if (what < 7) turn(tab, dice)
  else if (what < 14) happen(dice)
  else if (what < 17) suffer(tab, dice)
  else if (what === 17) server.streams.cut()
  else if (what === 18) server.streams.end()
  else await pass(dice.pick([3_000, 25_000]))
  await pass(dice.pick([0, 0, 20, 100]))
}

/** All is well again, for long enough that every tab finds out. */
async function settle(): Promise<void> {
  for (const tab of tabs) {
    if (tab.hidden) tab.page.say('pageshow')
    if (tab.frozen) tab.end?.thaw()
    tab.hidden = tab.frozen = false
  }
  await pass(60_000)
}

describe('tabs of one origin, whatever they go through,', () => {
  it.each(Array.from({ length: 16 }, (_, seed) => seed))(
    'end with what the server has, over one stream: %i',
    async (seed) => {
      const dice = new Dice(seed)
      for (let count = 0; count < 60; count += 1) await step(dice)
      await settle()
      const truth = new DayFeed(fakePlatform(server), '')
      const all = { from: FIRST, to: addDays(FIRST, DAYS - 1) }
      for (const id of ['studio-a', 'studio-b', 'studio-c']) {
        truth.store(id).watch(all, () => undefined)
      }
      await pass(100)
      for (const tab of tabs) {
        for (const [key, { store }] of tab.watched) {
          const day = key.split(' ')[1] as Day
          expect(store.day(day), key).toEqual(truth.store(store.id).day(day))
          expect(store.connection.getSnapshot(), key).toBe('live')
        }
      }
      truth.close()
      await pass()
      const watching = tabs.some(({ watched }) => watched.size > 0)
      expect(server.streams.count).toBe(watching ? 1 : 0)
    },
  )
})
