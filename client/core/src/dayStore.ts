import type { Position, ResourceId } from './ids.js'
import { listeners, type Store } from './store.js'
import type { ConnectionState } from './stream/sink.js'
import type { Message } from './stream/sse.js'
import type { WatchedRange } from './stream/watched.js'
import { covers, type Day, type DayRange, daysIn } from './time/day.js'
import type { PresenceHold } from './time/slots.js'

/** One UTC day as last heard. The same object until something of that day changes. */
export interface DayState {
  readonly date: Day
  /** Booked slots, 0 to 95, ascending. Absent until heard. */
  readonly busySlots?: readonly number[] | undefined
  /** Slots that the buffers of bookings keep free, ascending. Absent when none. */
  readonly bufferSlots?: readonly number[] | undefined
  /** How many seats a slot carries. Absent unless it is told how many are left. */
  readonly capacity?: number | undefined
  /** How many seats bookings leave, by slot, where some are taken. */
  readonly seatsLeft?: Readonly<Record<string, number>> | undefined
  /** Live holds that touch the day. Absent until heard. */
  readonly holds?: readonly PresenceHold[] | undefined
}

/**
 * Milliseconds between two notices to watchers while changes keep coming. The first change
 * is told at once; a hundred more within this time are one notice.
 */
export const NOTIFY_EVERY_MS = 50

/**
 * Days to remember, the last heard of: more than a stream may cover of one resource, so that
 * none of the days of the present stream is among those dropped.
 */
const DAYS_KEPT_MAX = 800

/** What of a day a watcher wants to be told of. */
export type Aspect = 'busySlots' | 'holds'

const ASPECTS: Readonly<Record<string, Aspect>> = { availability: 'busySlots', presence: 'holds' }

/** What is told of an aspect. */
const TOLD: Readonly<Record<Aspect, readonly (keyof DayState)[]>> = {
  busySlots: ['busySlots', 'bufferSlots', 'capacity', 'seatsLeft'],
  holds: ['holds'],
}

/** What changed of which day; no aspect where it was heard of for the first time. */
type Change = readonly [Day, Aspect | undefined]

/** How many watchers have come so far, of all stores: which of two came later. */
let arrivals = 0

interface Watcher {
  /** Which of all it was. */
  readonly since: number
  readonly range: DayRange
  readonly listener: () => void
  /** Only changes of this; absent, any. */
  readonly aspect?: Aspect | undefined
  /** Hears what comes for others, and keeps nothing fresh. */
  readonly idle?: boolean
}

/** A resource as the stream tells of it. */
interface ResourceState {
  readonly status: 'open' | 'retired' | 'unknown'
  /** Where in the log it changed last. */
  readonly position: Position
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
  readonly #changedAt = listeners()
  #changed: Change[] = []
  #state: ConnectionState = 'idle'
  #resource: ResourceState | undefined
  #told: Position | undefined
  #notice: ReturnType<typeof setTimeout> | undefined

  /** `want` is called when {@link wanted} has changed. */
  constructor(
    readonly id: ResourceId,
    private readonly want: () => void,
  ) {}

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
    this.want()
    return () => {
      stop()
      this.want()
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

  /** Where in the log the resource changed last, as far as was heard. */
  readonly changedAt: Store<Position | undefined> = {
    subscribe: this.#changedAt.subscribe,
    getSnapshot: () => this.#resource?.position,
  }

  /** Forgets who watches. */
  close(): void {
    this.#watchers.clear()
    clearTimeout(this.#notice)
    this.want()
  }

  /** What is to be kept fresh, with how late it was asked for. @internal */
  wanted(): (WatchedRange & { readonly since: number })[] {
    const active = [...this.#watchers].filter(({ idle }) => !idle)
    return active.map(({ range: { from, to }, since }) => ({
      resourceId: this.id,
      from,
      to,
      since,
    }))
  }

  /** How the stream does that brings its days. @internal */
  connected(state: ConnectionState): void {
    if (state === this.#state) return
    this.#state = state
    this.#connected.notify()
  }

  /** Takes what an event tells; gives where the resource has changed. @internal */
  take(event: string, told: object): Position | undefined {
    const aspect = ASPECTS[event]
    if (aspect) this.#put(aspect, told as DayState)
    if (event !== 'resource') return undefined
    const { status, position } = told as ResourceState
    if (position === this.#resource?.position) return undefined
    this.#resource = { status, position }
    return position
  }

  #add(watcher: Omit<Watcher, 'since'>): () => void {
    const added = { ...watcher, since: (arrivals += 1) }
    this.#watchers.add(added)
    return () => void this.#watchers.delete(added)
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

  /** Tells watchers what has come since they were told. @internal */
  notify(): void {
    const position = this.#resource?.position
    if (position !== this.#told) {
      this.#told = position
      this.#changedAt.notify()
    }
    this.#notifyOfDays()
  }

  #notifyOfDays(): void {
    if (this.#notice !== undefined || this.#changed.length === 0) return
    this.#notice = setTimeout(() => {
      this.#notice = undefined
      this.#notifyOfDays()
    }, NOTIFY_EVERY_MS)
    const changed = this.#changed
    this.#changed = []
    for (const { range, listener, aspect } of this.#watchers) {
      const concerns = ([date, changedAspect]: Change) =>
        covers(range, { from: date, to: date }) && (aspect ?? changedAspect) === changedAspect
      if (changed.some(concerns)) listener()
    }
  }

  /** The state of the days of `range` as messages. @internal */
  recall(range: DayRange): Message[] {
    const message = (event: string, value: object): Message => ({
      event,
      data: JSON.stringify({ resourceId: this.id, ...value }),
    })
    const days = daysIn(range).flatMap((date) => {
      const { holds, ...known } = this.#days.get(date) ?? {}
      const availability = message('availability', { ...known, date })
      return [availability, message('presence', { date, holds })]
    })
    return this.#resource ? [message('resource', this.#resource), ...days] : days
  }
}
