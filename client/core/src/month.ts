import type { MonthQuery } from './api.js'
import type { DayStore } from './dayStore.js'
import { type Fetched, type Loaded, showing } from './fetched.js'
import type { Platform } from './platform.js'
import { listeners, type Store } from './store.js'
import { utcDaysAround } from './time/day.js'
import type { MonthAvailability } from './wire.js'

/** Milliseconds between a change and asking again: viewers spread out, and changes add up. */
const ASK_AFTER_MS = { least: 300, most: 1_300 }

/** Milliseconds between two questions while changes keep coming. */
const ASK_EVERY_MS = 3_000

/** By local date: whether any start is available. */
export type Month = MonthAvailability['days']

/** A month, as far as it is known. */
export interface LoadedMonth extends Loaded<Month> {
  /** The label of the exception to the opening hours by which a day has no start. */
  readonly closedBy?: MonthAvailability['closedBy']
}

/**
 * Which days have something to offer. Fetched once, and again, a little later and not too
 * often, when the stream tells that a booking came or went. Holds change nothing.
 */
export function monthOf(
  { monotonicMs, random }: Platform,
  store: DayStore,
  list: Fetched<MonthAvailability>,
  query: MonthQuery,
): Store<LoadedMonth> {
  const utcDays = utcDaysAround(query, query.duration)
  let askedAtMs = -Infinity
  let timer: ReturnType<typeof setTimeout> | undefined

  const askSoon = () => {
    const spreadMs = ASK_AFTER_MS.least + random() * (ASK_AFTER_MS.most - ASK_AFTER_MS.least)
    const restMs = askedAtMs + ASK_EVERY_MS - monotonicMs()
    const ask = () => {
      timer = undefined
      askedAtMs = monotonicMs()
      list.refresh()
    }
    timer ??= setTimeout(ask, Math.max(spreadMs, restMs))
  }

  const { subscribe } = listeners((notify) => [
    list.subscribe(notify),
    store.watch(utcDays, askSoon, 'busySlots'),
    store.onStale(list.refresh),
    ...showing(store, list),
  ])

  let seen: Loaded<MonthAvailability> | undefined
  let month: LoadedMonth = {}

  /** The same object until there is another answer. */
  const getSnapshot = () => {
    const loaded = list.getSnapshot()
    if (loaded === seen) return month
    seen = loaded
    const { value, error } = loaded
    return (month = {
      ...(value && { value: value.days }),
      ...(value?.closedBy && { closedBy: value.closedBy }),
      ...(error && { error }),
    })
  }

  return { subscribe, getSnapshot }
}
