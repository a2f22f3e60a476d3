import type { Day, Instant, Interval } from '@slotkeeper/client'
import type { Locale } from '../i18n/locale.js'
import type { Say } from '../i18n/text.js'
import { isRepeated, localOf } from './zone.js'

/** Writes times and lengths as the visitor reads them. */
export interface Formats {
  /** `14:00` or `2:00 PM`; with the offset where the clock shows that twice: `2:00 GMT+1`. */
  readonly time: (at: Instant, zone: string) => string
  /** `14:00 – 16:00`; with the days where they differ. */
  readonly span: (span: Interval, zone: string) => string
  /** The same with the day, always. */
  readonly spanWithDay: (span: Interval, zone: string) => string
  /** `Tuesday, 24 November`, with the year when it is another than this. */
  readonly day: (day: Day) => string
  /** `Tue, 24 Nov`. */
  readonly dayShort: (day: Day) => string
  /** `Tuesday, 24 November 2026`. */
  readonly dayFull: (day: Day) => string
  /** `November 2026`, of any of its days. */
  readonly month: (day: Day) => string
  /** Weekdays in the locale's order: what to show, and what to read out. */
  readonly weekdays: readonly { readonly short: string; readonly long: string }[]
  /** `GMT+1`, at a moment in milliseconds since 1970. */
  readonly offset: (ms: number, zone: string) => string
  /** `1 hour 30 minutes`. */
  readonly duration: (minutes: number) => string
  /** `1 h 30 min`. */
  readonly durationShort: (minutes: number) => string
}

const MINUTES = { hour: 60, day: 1440 }

/** A Monday. */
const SOME_MONDAY_MS = Date.UTC(2024, 0, 1)

const DAY_MS = 86_400_000

const middayMs = (day: Day): number => Date.parse(`${day}T12:00:00Z`)

/** The formats of a locale. `say` has the words for lengths. */
export function formatsFor({ tag, hourCycle, weekStart }: Locale, say: Say): Formats {
  const made = new Map<string, Intl.DateTimeFormat>()
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
    const key = JSON.stringify(options)
    const before = made.get(key)
    if (before) return before
    const fresh = new Intl.DateTimeFormat(tag, options)
    made.set(key, fresh)
    return fresh
  }
  const ofDay = (day: Day, options: Intl.DateTimeFormatOptions) =>
    format({ ...options, timeZone: 'UTC' }).format(middayMs(day))

  const hour = hourCycle === 'h12' ? 'numeric' : '2-digit'
  const offset = (ms: number, zone: string) =>
    format({ timeZone: zone, timeZoneName: 'shortOffset', year: 'numeric' })
      .formatToParts(ms)
      .find(({ type }) => type === 'timeZoneName')?.value ?? ''

  const time = (at: Instant, zone: string) => {
    const ms = Date.parse(at)
    const clock = format({ timeZone: zone, hour, minute: '2-digit', hourCycle }).format(ms)
    return isRepeated(ms, zone) ? `${clock} ${offset(ms, zone)}` : clock
  }

  const dayShort = (day: Day) => ofDay(day, { weekday: 'short', day: 'numeric', month: 'short' })

  const span = ({ start, end }: Interval, zone: string) => {
    // An end at midnight belongs to the evening before it.
    const [from, to] = [localOf(Date.parse(start), zone), localOf(Date.parse(end) - 1, zone)]
    const told = `${time(start, zone)} – ${time(end, zone)}`
    if (from.day === to.day) return told
    return `${dayShort(from.day)}, ${time(start, zone)} – ${dayShort(localOf(Date.parse(end), zone).day)}, ${time(end, zone)}`
  }

  const spanWithDay = (told: Interval, zone: string) => {
    const words = span(told, zone)
    const day = dayShort(localOf(Date.parse(told.start), zone).day)
    return words.startsWith(day) ? words : `${day}, ${words}`
  }

  return {
    time,
    span,
    spanWithDay,
    day: (day) => {
      const year = day.slice(0, 4) === String(new Date().getFullYear()) ? undefined : 'numeric'
      return ofDay(day, { weekday: 'long', day: 'numeric', month: 'long', year })
    },
    dayShort,
    dayFull: (day) => ofDay(day, { dateStyle: 'full' }),
    month: (day) => ofDay(day, { month: 'long', year: 'numeric' }),
    weekdays: Array.from({ length: 7 }, (_, index) => {
      const ms = SOME_MONDAY_MS + ((weekStart - 1 + index) % 7) * DAY_MS
      const weekday = (width: 'short' | 'long') =>
        format({ weekday: width, timeZone: 'UTC' }).format(ms)
      return { short: weekday('short'), long: weekday('long') }
    }),
    offset,
    ...lengthsFor(say),
  }
}

/** How lengths are written, in the words of `say`. */
function lengthsFor(say: Say): Pick<Formats, 'duration' | 'durationShort'> {
  const lengthIn = (
    minutes: number,
    words: readonly [day: LengthKey, hour: LengthKey, minute: LengthKey],
  ) => {
    const days = Math.floor(minutes / MINUTES.day)
    const hours = Math.floor((minutes % MINUTES.day) / MINUTES.hour)
    const counts = { days, hours, minutes: minutes % MINUTES.hour }
    return [days, hours, counts.minutes]
      .flatMap((count, unit) => (count > 0 ? [say(words[unit] as LengthKey, counts)] : []))
      .join(' ')
  }
  return {
    duration: (minutes) =>
      lengthIn(minutes, ['duration.days', 'duration.hours', 'duration.minutes']),
    durationShort: (minutes) =>
      lengthIn(minutes, ['duration.short.days', 'duration.short.hours', 'duration.short.minutes']),
  }
}

type LengthKey =
  `duration.${'days' | 'hours' | 'minutes'}` | `duration.short.${'days' | 'hours' | 'minutes'}`
