import { resourcePath } from './api.js'
import { urlOf } from './http.js'
import type { ResourceId } from './ids.js'
import type { Platform } from './platform.js'
import { listeners, type Store } from './store.js'
import { SharedFeed } from './stream/shared.js'
import type { ConnectionState } from './stream/sink.js'
import type { Message } from './stream/sse.js'
import { covers, type Day, type DayRange, daysIn, fit } from './time/day.js'
import type { PresenceHold } from './time/slots.js'

/** One UTC day as last heard. The same object until something of that day changes. */
export interface DayState {
  readonly date: Day
  /** Booked slots, 0 to 95, ascending. Absent until heard. */
  readonly busySlots?: readonly number[] | undefined
  /** Slots that the buffers of bookings keep free, ascending. Absent when none. */
  readonly bufferSlots?: readonly number[] | undefined
  /** Live holds that touch the day. Absent until heard. */
  readonly holds?: readonly PresenceHold[] | undefined
}

/** Milliseconds for which a stream without watchers stays: one of them may come back. */
export const LINGER_MS = 5_000

/**
 * Milliseconds between two notices to watchers while changes keep coming. The first change
 * is told at once; a hundred more within this time are one notice.
 */
export const NOTIFY_EVERY_MS = 50

/**
 * Days to remember, the last heard of: more than a stream may cover, so that none of the days
 * of the present stream is among those dropped.
 */
const DAYS_KEPT_MAX = 800

/** What of a day a watcher wants to be told of. */
export type Aspect = 'busySlots' | 'holds'

const ASPECTS: Readonly<Record<string, Aspect>> = { availability: 'busySlots', presence: 'holds' }

/** What is told of an aspect. */
const TOLD: Readonly<Record<Aspect, readonly (keyof DayState)[]>> = {
  busySlots: ['busySlots', 'bufferSlots'],
  holds: ['holds'],
}

/** What changed of which day; no aspect where it was heard of for the first time. */
type Change = readonly [Day, Aspect | undefined]

interface Watcher {
  readonly range: DayRange
  readonly listener: () => void
  /** Only changes of this; absent, any. */
  readonly aspect?: Aspect | undefined
  /** Hears what comes for others, and keeps nothing fresh. */
  readonly idle?: boolean
}

/**
 * The days of one resource, as they are now: bookings and holds, fed by one stream however
 * many watch. It keeps the last it knew through every loss of the stream.
 */
export class DayStore {
  readonly #days = new Map<Day, DayState>()
  readonly #watchers = new Set<Watcher>()
  readonly #connected = listeners()
  readonly #stale = listeners()
  readonly #feed: SharedFeed
  #changed: Change[] = []
  #state: ConnectionState = 'idle'
  #rewatch: ReturnType<typeof setTimeout> | undefined
  #notice: ReturnType<typeof setTimeout> | undefined

  constructor(platform: Platform, baseUrl: string, resourceId: ResourceId) {
    const path = resourcePath(resourceId, '/events')
    const url = ({ from, to }: DayRange, lastEventId: string | undefined) =>
      urlOf(baseUrl, path, { from, to, lastEventId })
    this.#feed = new SharedFeed(platform, `slotkeeper:${baseUrl}${path}`, url, {
      messages: (batch) => this.#take(batch),
      recall: (range) => this.#recall(range),
      state: (state) => {
        if (state === this.#state) return
        this.#state = state
        this.#connected.notify()
      },
    })
  }

  /** How the stream is doing. */
  readonly connection: Store<ConnectionState> = {
    subscribe: this.#connected.subscribe,
    getSnapshot: () => this.#state,
  }

  /** What is known of a day; nothing when it was never heard of. */
  day(date: Day): DayState | undefined {
    return this.#days.get(date)
  }

  /**
   * Keeps the days of `range` fresh and calls `listener` after changes of any of them, or of
   * one aspect of any, until the returned function is called. That a day is heard of for the
   * first time is a change of the day, and none of an aspect. Of more days than one stream
   * may cover, those that were asked for last are fresh.
   */
  watch(range: DayRange, listener: () => void, aspect?: Aspect): () => void {
    const stop = this.#add({ range, listener, aspect })
    this.#want()
    return () => {
      stop()
      this.#want()
    }
  }

  /** Like {@link watch}, but hears only what others keep fresh. */
  overhear(range: DayRange, listener: () => void): () => void {
    return this.#add({ range, listener, idle: true })
  }

  /** Calls `listener` when what was fetched about the resource may be wrong. */
  readonly onStale = this.#stale.subscribe

  /** Has everything about the resource fetched again: an answer did not fit what was shown. */
  readonly markStale = this.#stale.notify

  /** Ends the stream. Who watches later starts it again. */
  close(): void {
    this.#watchers.clear()
    clearTimeout(this.#rewatch)
    clearTimeout(this.#notice)
    this.#feed.want(undefined)
  }

  #add(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  /** Components mount together: what they watch is asked for once, after all have come. */
  #want(): void {
    clearTimeout(this.#rewatch)
    // The latest come first: what was opened last is what somebody looks at.
    const wanted = () => {
      const active = [...this.#watchers].toReversed().filter(({ idle }) => !idle)
      return fit(active.map(({ range }) => range))
    }
    this.#rewatch = setTimeout(() => this.#feed.want(wanted()), wanted() ? 0 : LINGER_MS)
  }

  #take(batch: readonly Message[]): void {
    for (const { event, data } of batch) {
      // The server's history is another now, and the whole state of every day follows; or the
      // exceptions to the resource's hours have changed.
      if (event === 'reset' || event === 'resource') this.markStale()
      const aspect = ASPECTS[event ?? '']
      if (aspect && data) this.#put(aspect, JSON.parse(data) as DayState)
    }
    this.#notify()
  }

  #put(aspect: Aspect, told: DayState): void {
    const { date } = told
    const before = this.#days.get(date)
    const of = (state: DayState | undefined) => TOLD[aspect].map((field) => state?.[field])
    // After a reconnect every day may come again; what is the same wakes nobody.
    const same = JSON.stringify(of(before)) === JSON.stringify(of(told))
    const news = Object.fromEntries(TOLD[aspect].map((field) => [field, told[field]]))
    this.#days.delete(date)
    this.#days.set(date, before && same ? before : { ...before, date, ...news })
    if (!same) this.#changed.push([date, before?.[aspect] && aspect])
    const oldest = this.#days.size > DAYS_KEPT_MAX && this.#days.keys().next().value
    if (oldest) this.#days.delete(oldest)
  }

  #notify(): void {
    if (this.#notice !== undefined || this.#changed.length === 0) return
    this.#notice = setTimeout(() => {
      this.#notice = undefined
      this.#notify()
    }, NOTIFY_EVERY_MS)
    const changed = this.#changed
    this.#changed = []
    for (const { range, listener, aspect } of this.#watchers) {
      const concerns = ([date, changedAspect]: Change) =>
        covers(range, { from: date, to: date }) && (aspect ?? changedAspect) === changedAspect
      if (changed.some(concerns)) listener()
    }
  }

  #recall(range: DayRange): Message[] {
    return daysIn(range).flatMap((date) => {
      const { busySlots, bufferSlots, holds } = this.#days.get(date) ?? {}
      const message = (event: string, value: Partial<DayState>): Message => ({
        event,
        data: JSON.stringify({ date, ...value }),
      })
      return [message('availability', { busySlots, bufferSlots }), message('presence', { holds })]
    })
  }
}
