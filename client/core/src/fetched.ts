import { type Answer, type Failure, type Refusal, retriableAfterMs } from './answer.js'
import { delayMs, PATIENT } from './backoff.js'
import type { DayStore } from './dayStore.js'
import type { Position } from './ids.js'
import type { Platform } from './platform.js'
import { lacks } from './position.js'
import { listeners, type Store } from './store.js'

/** Milliseconds for which what was read is shown to a new subscriber without asking again. */
export const FRESH_MS = 300_000

/** What a read has brought so far. With neither a value nor an error, it is under way. */
export interface Loaded<T> {
  /** The last good answer; kept through failures and while a newer one is on its way. */
  readonly value?: T | undefined
  /** What came in place of an answer the last time. */
  readonly error?: Refusal | Failure | undefined
}

/** One read of the server, kept: asked once for all subscribers, again when told to. */
export interface Fetched<T> extends Store<Loaded<T>> {
  /** Asks again; once more after the answer, if one is under way. Nobody there: later. */
  readonly refresh: () => void
  /**
   * Asks again unless the answer shows what happened at `position`; where that was heard for
   * the `first` time, not after a refusal, which most likely came later.
   */
  readonly show: (position: Position | undefined, first?: boolean) => void
  /** Shows what a server has read that renders the page, until this has read for itself. */
  readonly begin: (initial: T | undefined) => void
}

/** Calls `again` after failures that may pass: later after each one in a row. */
function retriesOf(random: Platform['random'], again: () => void) {
  let failures = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  return {
    rest: () => clearTimeout(retry),
    succeed: () => void (failures = 0),
    fail: (answer: Refusal | Failure) => {
      const askedMs = retriableAfterMs(answer)
      if (askedMs === undefined) return
      failures += 1
      retry = setTimeout(again, Math.max(askedMs, delayMs(PATIENT, failures, random)))
    },
  }
}

/**
 * What `load` reads, from the first subscriber on. What was read before the last of this
 * client's own `writes` is shown to nobody who comes later: what a visitor has just booked is
 * not offered again.
 */
export function fetched<T>(
  { monotonicMs, random }: Platform,
  load: () => Promise<Answer<T>>,
  writes: () => number = () => 0,
): Fetched<T> {
  let loaded: Loaded<T> = {}
  let staleAtMs = -Infinity
  let writesBefore = writes()
  let asking = false
  let shown: Position | null | undefined
  let needed: Position | undefined
  let again = false

  const refresh = () => {
    retries.rest()
    staleAtMs = -Infinity
    if (asking) again = true
    else if (count() > 0) void ask()
  }

  const getSnapshot = () => {
    if (count() === 0 && writesBefore !== writes()) {
      writesBefore = writes()
      staleAtMs = -Infinity
      loaded = {}
    }
    return loaded
  }

  const { subscribe, notify, count } = listeners(() => {
    if (monotonicMs() >= staleAtMs) refresh()
    return [retries.rest]
  })

  const retries = retriesOf(random, refresh)

  const ask = async () => {
    asking = true
    again = false
    const before = writes()
    const answer = await load()
    writesBefore = before
    asking = false
    if (answer.kind === 'ok') {
      shown = answer.position
      staleAtMs = monotonicMs() + FRESH_MS
      retries.succeed()
      loaded = { value: answer.value }
    } else {
      loaded = { value: loaded.value, error: answer }
      if (count() > 0) retries.fail(answer)
    }
    const late = answer.kind === 'ok' && needed !== undefined && lacks(shown, needed)
    // Once: where no position is told, nothing would ever be late enough.
    needed = undefined
    notify()
    if (again || late) refresh()
  }

  const show = (position: Position | undefined, first = false) => {
    if (!position) return
    needed = position
    const there = loaded.value ?? (first ? undefined : loaded.error)
    if (there !== undefined && !asking && lacks(shown, position)) refresh()
  }

  const begin = (initial: T | undefined) => {
    const untouched = staleAtMs === -Infinity && !asking && count() === 0 && writes() === 0
    if (initial !== undefined && untouched && loaded.value !== initial) loaded = { value: initial }
  }

  return { subscribe, refresh, show, begin, getSnapshot }
}

/** Has `list` show what happens to the resource, from now on and until the returned one is called. */
export function showing(
  { changedAt }: DayStore,
  list: Pick<Fetched<unknown>, 'show'>,
): [() => void] {
  let heard = changedAt.getSnapshot()
  const show = () => {
    const first = heard === undefined
    heard = changedAt.getSnapshot()
    list.show(heard, first)
  }
  list.show(heard)
  return [changedAt.subscribe(show)]
}
