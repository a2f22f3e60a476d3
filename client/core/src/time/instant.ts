/** A moment in RFC 3339, in UTC: `2026-11-24T13:00:00.000Z`. */
export type Instant = `${string}T${string}Z`

/** From `start` up to, not including, `end`. */
export interface Interval {
  readonly start: Instant
  readonly end: Instant
}

/** Milliseconds since 1970. */
export const msOf = (instant: Instant): number => Date.parse(instant)

/** The instant `ms` milliseconds after 1970, with milliseconds, as the server writes it. */
export const instantOf = (ms: number): Instant => new Date(ms).toISOString() as Instant

/**
 * The instant of a `Date`, or of milliseconds since 1970.
 *
 * @throws RangeError where it is none, as `new Date(NaN)`.
 */
export const instant = (from: Date | number): Instant => instantOf(Number(from))

/** A time as RFC 3339 writes it, of any offset, in UTC; nothing where the text is none. */
export function parseInstant(text: string): Instant | undefined {
  const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)
  const ms = written ? Date.parse(text) : NaN
  return Number.isNaN(ms) ? undefined : instantOf(ms)
}
