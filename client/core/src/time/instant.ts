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
