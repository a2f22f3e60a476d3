/** Things to keep: a month and a day of each resource of a stream, and some weeks beside them. */
const KEPT_MAX = 512

/** Gives what was made for a key the first time, by whoever asked first. */
export type Keep = <T>(key: readonly unknown[], make: () => T) => T

/** Things made once per key; the longest unused are forgotten, and work on for who has them. */
export function keep(): Keep {
  const kept = new Map<string, unknown>()
  return <T>(parts: readonly unknown[], make: () => T): T => {
    const key = JSON.stringify(parts)
    const thing = (kept.get(key) ?? make()) as T
    kept.delete(key)
    kept.set(key, thing)
    const oldest = kept.size > KEPT_MAX && kept.keys().next().value
    if (oldest) kept.delete(oldest)
    return thing
  }
}
