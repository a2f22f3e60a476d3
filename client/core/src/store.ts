/** Something to show that changes: the contract of React's `useSyncExternalStore`. */
export interface Store<T> {
  /** Calls `listener` after each change, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void
  /** The present value. The same object until it changes. */
  readonly getSnapshot: () => T
}

/** The subscribers of one store. */
export interface Listeners {
  readonly subscribe: Store<unknown>['subscribe']
  /** Calls each, one after the other. */
  readonly notify: () => void
  /** How many there are. */
  readonly count: () => number
}

/** `attach` runs when the first subscriber comes; what it returns, when the last has gone. */
export function listeners(attach: (notify: () => void) => (() => void)[] = () => []): Listeners {
  const all = new Set<() => void>()
  let stops: (() => void)[] = []
  const notify = () => {
    for (const listener of all) listener()
  }
  const subscribe = (listener: () => void) => {
    // Wrapped, so that the same function can be added twice and removed once.
    const entry = () => listener()
    all.add(entry)
    if (all.size === 1) stops = attach(notify)
    return () => {
      if (all.delete(entry) && all.size === 0) for (const stop of stops) stop()
    }
  }
  return { subscribe, notify, count: () => all.size }
}
