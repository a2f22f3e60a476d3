import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LINGER_MS } from '../src/dayFeed.js'
import type { DayStore } from '../src/dayStore.js'
import type { Message } from '../src/stream/sse.js'
import type { DayRange } from '../src/time/day.js'
import { FakeServer } from './support/fakeServer.js'
import { FakeChannels, type FakeEnd, FakeLocks } from './support/fakeTabs.js'
import { FakePage, fakePlatform, pass, storeOn } from './support/platform.js'

const THE_24TH: DayRange = { from: '2026-11-24', to: '2026-11-24' }
const THE_25TH: DayRange = { from: '2026-11-25', to: '2026-11-25' }
const NEXT_YEAR: DayRange = { from: '2027-11-24', to: '2027-11-24' }

let server: FakeServer
let locks: FakeLocks
let channels: FakeChannels

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 20) })
  server = new FakeServer()
  locks = new FakeLocks()
  channels = new FakeChannels()
})

afterEach(() => void vi.useRealTimers())

interface Tab {
  readonly page: FakePage
  readonly store: DayStore
  end: FakeEnd | undefined
}

function openTab(): Tab {
  const page = new FakePage()
  const channel = (name: string) => (tab.end = channels.open(name))
  const defer = (act: () => void) => (tab.end ? tab.end.soon(act) : act())
  const platform = fakePlatform(server, page, { locks: locks.managerFor(defer), channel })
  const tab: Tab = { page, store: storeOn(platform), end: undefined }
  return tab
}

const holdsOf = ({ store }: Tab, date = THE_24TH.from) => store.day(date)?.holds?.length

describe('tabs of one origin', () => {
  it('share one stream, over the days of all of them', async () => {
    const [first, second] = [openTab(), openTab()]
    first.store.watch(THE_24TH, () => undefined)
    await pass()
    second.store.watch(THE_25TH, () => undefined)
    await pass()
    expect(server.streams.ranges).toEqual([{ from: '2026-11-24', to: '2026-11-25' }])
    server.holdForAnother('2026-11-25T10:00:00.000Z', 60)
    await pass(50)
    expect(holdsOf(second, '2026-11-25')).toBe(1)
    expect(second.store.connection.getSnapshot()).toBe('live')
  })

  it('give a new one the state without another connection', async () => {
    server.holdForAnother('2026-11-24T10:00:00.000Z', 60)
    const [first, second] = [openTab(), openTab()]
    first.store.watch(THE_24TH, () => undefined)
    await pass()
    second.store.watch(THE_24TH, () => undefined)
    await pass()
    expect(holdsOf(second)).toBe(1)
    expect(server.count('/events')).toBe(1)
  })

  it('hear of changes only where there is somebody to hear', async () => {
    const first = openTab()
    first.store.watch(THE_24TH, () => undefined)
    await pass()
    const listener = channels.open(first.end?.name ?? '')
    const heard: unknown[] = []
    listener.addEventListener('message', ({ data }) => heard.push(data))
    server.holdForAnother('2026-11-24T10:00:00.000Z', 60)
    await pass(50)
    expect(holdsOf(first)).toBe(1)
    expect(heard).toEqual([])

    const second = openTab()
    second.store.watch(THE_24TH, () => undefined)
    await pass()
    const before = heard.length
    server.holdForAnother('2026-11-24T12:00:00.000Z', 60)
    await pass(50)
    expect(holdsOf(second)).toBe(2)
    expect(heard.length).toBe(before + 1)
  })

  it('serve one that came before the first round was over', async () => {
    const [first, second] = [openTab(), openTab()]
    let let_through = () => {}
    const gate = new Promise<void>((open) => (let_through = open))
    server.fault = () => gate.then(() => undefined) as never
    first.store.watch(THE_24TH, () => undefined)
    second.store.watch(THE_24TH, () => undefined)
    await pass(1_000)
    expect(second.store.connection.getSnapshot()).toBe('connecting')
    let_through()
    await pass()
    expect(second.store.connection.getSnapshot()).toBe('live')
    expect(second.store.day('2026-11-24')?.busySlots).toEqual([])
  })

  it('hand over when the leader goes, and nothing is missed between', async () => {
    const [first, second] = [openTab(), openTab()]
    first.store.watch(THE_24TH, () => undefined)
    await pass()
    second.store.watch(THE_24TH, () => undefined)
    await pass()
    first.page.say('pagehide')
    server.holdForAnother('2026-11-24T10:00:00.000Z', 60)
    await pass(50)
    expect(holdsOf(second)).toBe(1)
    expect(server.streams.count).toBe(1)
    expect(server.seen.at(-1)?.query.get('lastEventId')).toBe('epoch.0.0')
    expect(second.store.connection.getSnapshot()).toBe('live')
  })

  it('take back one that the browser had kept', async () => {
    const [first, second] = [openTab(), openTab()]
    first.store.watch(THE_24TH, () => undefined)
    await pass()
    second.store.watch(THE_24TH, () => undefined)
    await pass()
    first.page.say('pagehide')
    await pass()
    server.holdForAnother('2026-11-24T10:00:00.000Z', 60)
    await pass()
    first.page.say('pageshow')
    await pass()
    expect(holdsOf(first)).toBe(1)
    expect(server.streams.count).toBe(1)
  })

  it('take the lead from one that is frozen, and believe nothing it says when it thaws', async () => {
    const [first, second, third] = [openTab(), openTab(), openTab()]
    for (const tab of [first, second, third]) {
      tab.store.watch(THE_24TH, () => undefined)
      await pass()
    }
    first.end?.freeze()
    second.page.visible = false
    await pass(20_000)
    await pass(3_000)
    expect(server.streams.count).toBe(2)
    server.holdForAnother('2026-11-24T10:00:00.000Z', 60)
    await pass(50)
    expect([second, third].map((tab) => holdsOf(tab))).toEqual([1, 1])
    const holdId = server.holds[0]?.holdId ?? ''
    server.endHold(holdId)
    await pass(50)
    first.end?.thaw()
    await pass(50)
    expect([first, second, third].map((tab) => holdsOf(tab))).toEqual([0, 0, 0])
    expect(server.streams.count).toBe(1)
    server.holdForAnother('2026-11-24T12:00:00.000Z', 60)
    await pass(100)
    expect([first, second, third].map((tab) => holdsOf(tab))).toEqual([1, 1, 1])
  })

  it('hear a leader that took over while they did not watch', async () => {
    const [first, second, third] = [openTab(), openTab(), openTab()]
    const stops: (() => void)[] = []
    for (const tab of [first, second, third]) {
      stops.push(tab.store.watch(THE_24TH, () => undefined))
      await pass()
    }
    stops[2]?.()
    await pass(LINGER_MS)
    first.page.say('pagehide')
    await pass()
    third.store.watch(THE_24TH, () => undefined)
    await pass()
    expect(third.store.connection.getSnapshot()).toBe('live')
    server.holdForAnother('2026-11-24T10:00:00.000Z', 60)
    await pass(50)
    expect([second, third].map((tab) => holdsOf(tab))).toEqual([1, 1])
    expect(server.count('/events')).toBe(2)
  })

  it('share the stream over days that lie far apart', async () => {
    const [first, second] = [openTab(), openTab()]
    first.store.watch(THE_24TH, () => undefined)
    await pass()
    second.store.watch(NEXT_YEAR, () => undefined)
    await pass()
    expect(server.streams.count).toBe(1)
    expect(server.streams.ranges).toEqual([THE_24TH, NEXT_YEAR])
    server.holdForAnother('2027-11-24T10:00:00.000Z', 60)
    await pass(50)
    expect(holdsOf(second, NEXT_YEAR.from)).toBe(1)
  })

  it('watch by themselves what is too much to share', async () => {
    const [first, second] = [openTab(), openTab()]
    const years = ['2021', '2022', '2023', '2024', '2025', '2026'] as const
    for (const year of years) {
      const day = `${year}-11-24` as const
      first.store.watch({ from: day, to: day }, () => undefined)
    }
    await pass()
    const stop = second.store.watch(NEXT_YEAR, () => undefined)
    await pass()
    expect(server.streams.count).toBe(2)
    server.holdForAnother('2027-11-24T10:00:00.000Z', 60)
    await pass(50)
    expect(holdsOf(second, NEXT_YEAR.from)).toBe(1)
    expect(holdsOf(first, NEXT_YEAR.from)).toBeUndefined()
    second.store.watch(THE_25TH, () => undefined)
    stop()
    await pass()
    expect(server.streams.count).toBe(1)
    expect(second.store.day('2026-11-25')?.busySlots).toEqual([])
  })

  it('ask for the state once, and not each time they see whether the leader lives', async () => {
    const [first, second] = [openTab(), openTab()]
    first.store.watch(THE_24TH, () => undefined)
    await pass()
    const listener = channels.open(first.end?.name ?? '')
    const states: unknown[] = []
    listener.addEventListener('message', ({ data }) => {
      const { batch = [] } = data as { batch?: readonly Message[] }
      states.push(...batch.filter((message) => message.data))
    })
    second.store.watch(THE_24TH, () => undefined)
    await pass()
    expect(states.length).toBeGreaterThan(0)
    states.length = 0
    await pass(60_000)
    expect(states).toEqual([])
    server.holdForAnother('2026-11-24T10:00:00.000Z', 60)
    await pass(50)
    expect(holdsOf(second)).toBe(1)
  })

  it('leave the stream to others when they watch no more', async () => {
    const [first, second] = [openTab(), openTab()]
    const stop = first.store.watch(THE_24TH, () => undefined)
    await pass()
    second.store.watch(THE_24TH, () => undefined)
    await pass()
    stop()
    await pass(5_000)
    await pass()
    expect(server.streams.count).toBe(1)
    server.holdForAnother('2026-11-24T10:00:00.000Z', 60)
    await pass(50)
    expect(holdsOf(second)).toBe(1)
  })
})
