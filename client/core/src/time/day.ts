import { type Instant, instantOf, msOf } from './instant.js'

/** A date as ISO 8601 writes it, `2026-11-24`. Where nothing else is said, of UTC. */
export type Day = `${number}-${number}-${number}`

/** Both ends belong to it. */
export interface DayRange {
  readonly from: Day
  readonly to: Day
}

/** Milliseconds of a UTC day. */
export const DAY_MS = 86_400_000

/** The UTC day that `instant` falls in. */
export const dayOf = (instant: Instant): Day => instantOf(msOf(instant)).slice(0, 10) as Day

/** Milliseconds since 1970 at which the UTC day begins. */
export const dayStartMs = (day: Day): number => Date.parse(`${day}T00:00:00Z`)

/** The day `days` later; earlier when negative. */
export const addDays = (day: Day, days: number): Day =>
  instantOf(dayStartMs(day) + days * DAY_MS).slice(0, 10) as Day

/** A date as ISO 8601 writes it; nothing where the text is none, as `2026-02-30`. */
export function parseDay(text: string): Day | undefined {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? dayStartMs(text as Day) : NaN
  // Some engines take the 30th of February for the 2nd of March.
  return !Number.isNaN(ms) && instantOf(ms).startsWith(text) ? (text as Day) : undefined
}

/**
 * The date that a calendar on the wall shows in `zone`, an IANA name like `Europe/Berlin`; at
 * `nowMs`, else at this machine's time. `client.nowMs()` is the server's.
 *
 * @throws RangeError where this machine does not know the zone.
 */
export function todayIn(zone: string, nowMs: number = Date.now()): Day {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  const parts = new Map(format.formatToParts(nowMs).map(({ type, value }) => [type, value]))
  const year = parts.get('year')?.padStart(4, '0')
  return `${year}-${parts.get('month')}-${parts.get('day')}` as Day
}

/** Each day of the range, ascending. */
export function daysIn({ from, to }: DayRange): Day[] {
  const days: Day[] = []
  // Dates of one form order as their text does.
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day)
  return days
}

/** Days that one request may ask about, and one stream watch: the server's limit. */
export const RANGE_DAYS_MAX = 62

/**
 * The smallest range that has as many of them in it as the limit lets, first come, first
 * served: one that would make it too long is left out. Nothing when there are none.
 */
export function fit(ranges: Iterable<DayRange>): DayRange | undefined {
  let all: DayRange | undefined
  for (const range of ranges) {
    const from = all && all.from < range.from ? all.from : range.from
    const to = all && all.to > range.to ? all.to : range.to
    const last = addDays(from, RANGE_DAYS_MAX - 1)
    if (to <= last) all = { from, to }
    else all ??= { from, to: last }
  }
  return all
}

/** Whether every day of `inner` is one of `outer`. */
export const covers = (outer: DayRange | undefined, inner: DayRange): boolean =>
  outer !== undefined && outer.from <= inner.from && inner.to <= outer.to

/**
 * The UTC days that a local day of any zone, and a span beginning in it, can touch. Zones lie
 * within a day of UTC, so one more on each side is enough.
 */
export const utcDaysAround = (range: DayRange, durationMinutes: number): DayRange => ({
  from: addDays(range.from, -1),
  to: addDays(range.to, 1 + Math.ceil((durationMinutes * 60_000) / DAY_MS)),
})
