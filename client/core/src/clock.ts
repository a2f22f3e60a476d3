import type { Platform } from './platform.js'

/**
 * The server's time as its answers tell it, carried on by a clock that only grows. The
 * machine's own clock may be wrong and is not asked.
 */
export interface ServerClock {
  /**
   * Milliseconds since 1970 by the server's clock, late by the way here and up to a second;
   * nothing before an answer has told, or where CORS hides the header.
   */
  readonly nowMs: () => number | undefined
  /** Fetches, and sets the clock by answers that no cache has given. */
  readonly fetch: typeof fetch
}

/** A clock that is set by what is fetched through it. */
export function serverClock(platform: Platform): ServerClock {
  const { monotonicMs } = platform
  let aheadMs = NaN
  return {
    nowMs: () => aheadMs + monotonicMs() || undefined,
    fetch: async (input, init) => {
      const response = await platform.fetch(input, init)
      // An answer that no cache may keep, as all of the API's are, is of this moment.
      const asked = init?.method === 'POST' || init?.cache === 'no-store'
      const fresh = asked || /no-(cache|store)/.test(response.headers.get('cache-control') ?? '')
      const dateMs = Date.parse(response.headers.get('date') ?? '')
      if (fresh && dateMs) aheadMs = dateMs - monotonicMs()
      return response
    },
  }
}
