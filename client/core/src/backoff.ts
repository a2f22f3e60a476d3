import { pageTimer, type Timer } from './timer.js'

/** How long to wait between tries. */
export interface Backoff {
  /** Milliseconds before the first retry, at most. */
  readonly firstMs: number
  /** Milliseconds that no wait exceeds. */
  readonly longestMs: number
}

/** For what somebody waits for: a hold, a booking. */
export const QUICK: Backoff = { firstMs: 300, longestMs: 3_000 }

/** For what a page shows, and goes on showing meanwhile. */
export const PATIENT: Backoff = { firstMs: 1_000, longestMs: 30_000 }

/**
 * Milliseconds to wait after `failures` failed tries, 1 or more: doubling, and spread over the
 * upper half so that clients that failed together do not come back together.
 */
export function delayMs(backoff: Backoff, failures: number, random: () => number): number {
  const ceiling = Math.min(backoff.longestMs, backoff.firstMs * 2 ** (failures - 1))
  return ceiling * (0.5 + random() / 2)
}

/** Resolves after `ms`, or when what `wakeable` is given is called. */
export const wait = (
  ms: number,
  timer: Timer = pageTimer,
  wakeable?: (wake: () => void) => void,
): Promise<void> =>
  new Promise((done) => {
    timer.after(ms, done)
    wakeable?.(done)
  })
