/** A {@link BroadcastChannel}, as far as it is needed. */
export interface Channel {
  readonly postMessage: (message: unknown) => void
  readonly addEventListener: (type: 'message', listener: (event: MessageEvent) => void) => void
  readonly close: () => void
}

/** What of the browser the client touches. Tests and unusual hosts put their own in place. */
export interface Platform {
  readonly fetch: typeof fetch
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number
  /** Milliseconds that only ever grow, from any start. */
  readonly monotonicMs: () => number
  /** Milliseconds since 1970 by this machine's clock, which decides nothing. */
  readonly wallMs: () => number
  /** A fresh id of 128 random bits, in letters, digits and dashes. */
  readonly id: () => string
  /** Sends a text as the page goes; `false` when it can't be queued. */
  readonly beacon: (url: string, text: string) => boolean
  /** Locks between the tabs of this origin. Absent: no sharing between tabs. */
  readonly locks?: LockManager | undefined
  /** A channel between the tabs of this origin. Absent, or none given: no sharing between tabs. */
  readonly channel?: ((name: string) => Channel | undefined) | undefined
  /** Where `pagehide`, `pageshow`, `online` and `offline` are heard. Absent outside a page. */
  readonly page?: EventTarget | undefined
  /** Whether somebody can see the page. */
  readonly visible: () => boolean
  /** Keeps the session over a reload, for this tab. Absent: it lives in memory. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem'> | undefined
}

/** What `read` gives; nothing where the browser lacks it or forbids it, which it says by throwing. */
function ifAllowed<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Blockers take `sendBeacon` away, and browsers limit what it queues. */
function beacon(url: string, text: string): boolean {
  if (ifAllowed(() => navigator.sendBeacon(url, text))) return true
  return (
    ifAllowed(() => {
      // Nobody is there any more to hear that it failed.
      fetch(url, { method: 'POST', body: text, keepalive: true }).catch(() => undefined)
      return true
    }) === true
  )
}

/** The platform that this code runs on: a browser, or a server that renders. */
export const thisPlatform = (): Platform => ({
  fetch: (input, init) => fetch(input, init),
  random: Math.random,
  monotonicMs: () => performance.now(),
  wallMs: Date.now,
  // `randomUUID` exists in secure contexts alone; a page in the LAN has none.
  id: () => crypto.getRandomValues(new Uint32Array(4)).join('-'),
  beacon,
  locks: ifAllowed(() => globalThis.navigator.locks),
  channel: (name) => ifAllowed(() => new BroadcastChannel(name)),
  page: globalThis.window,
  visible: () => globalThis.document?.visibilityState !== 'hidden',
  storage: ifAllowed(() => globalThis.sessionStorage),
})
