import type { Day, Instant } from '@slotkeeper/client'

/** Where a zone is not known. */
const FALLBACK = 'UTC'

/** Whether this browser can read the clocks of a zone. Its data may be older than the server's. */
export function isKnown(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== ''
  } catch {
    return false
  }
}

/** Offsets like `+05:30` name no zone: the server takes none. */
const NAMED = /^[A-Za-z]/

/** The zone of this visitor; nothing where the browser does not know it, or only its offset. */
export function visitorZone(): string | undefined {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  return NAMED.test(timeZone) && isKnown(timeZone) ? timeZone : undefined
}

/** The zone to show times in where there is one to choose: the visitor's, else the place's. */
export const zoneFor = (there: string): string =>
  visitorZone() ?? (isKnown(there) ? there : FALLBACK)

/** The zone of who looks at many places. */
export const ownZone = (): string => zoneFor(FALLBACK)

/** Whether the server refused what was asked because its data lack the zone. */
export const isZoneRefused = (
  error: { readonly kind: string; readonly code?: string } | undefined,
): boolean => error?.kind === 'invalid' && error.code === 'invalid_timezone'

/** Browsers keep the identifiers of old, and the people of these cities their own names. */
const RENAMED: Readonly<Record<string, string>> = {
  Calcutta: 'Kolkata',
  Katmandu: 'Kathmandu',
  Kiev: 'Kyiv',
  Rangoon: 'Yangon',
  Saigon: 'Ho Chi Minh City',
}

/** The name that people know a zone by: `New York` of `America/New_York`. */
export function cityOf(zone: string): string {
  const city = (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')
  return RENAMED[city] ?? city
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format is slow, and there are few. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const before = formats.get(zone)
  if (before) return before
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  formats.set(zone, format)
  return format
}

/** What clock and calendar on a wall in `zone` show. */
export interface Local {
  readonly day: Day
  /** Minutes since 00:00, 0 to 1439. */
  readonly minute: number
}

/** The local reading of a moment in milliseconds since 1970. */
export function localOf(ms: number, zone: string): Local {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  )
  return {
    day: `${parts['year']}-${parts['month']}-${parts['day']}` as Day,
    minute: Number(parts['hour']) * 60 + Number(parts['minute']),
  }
}

/** The local day that `instant` falls in. */
export const localDay = (instant: Instant, zone: string): Day =>
  localOf(Date.parse(instant), zone).day

/** Minutes by which clocks in `zone` are ahead of UTC at a moment. */
export function offsetMinutes(ms: number, zone: string): number {
  const { day, minute } = localOf(ms, zone)
  return (Date.parse(`${day}T00:00:00Z`) - Math.floor(ms / 60_000) * 60_000) / 60_000 + minute
}

const MONTH_MS = 30 * 86_400_000

/**
 * Whether the clocks of two zones show the same, from `fromMs` on for a year: Paris and Berlin
 * do, and need not be told apart.
 */
export const sameClocks = (one: string, other: string, fromMs: number): boolean =>
  one === other ||
  Array.from({ length: 13 }, (_, month) => fromMs + month * MONTH_MS).every(
    (ms) => offsetMinutes(ms, one) === offsetMinutes(ms, other),
  )

/** Milliseconds within which a change of the clock is looked for. */
const NEAR_MS = 6 * 3_600_000

/** Whether clocks in `zone` show the same time once more, before or after a moment. */
export function isRepeated(ms: number, zone: string): boolean {
  const backMs = (offsetMinutes(ms - NEAR_MS, zone) - offsetMinutes(ms + NEAR_MS, zone)) * 60_000
  if (backMs <= 0) return false
  const { day, minute } = localOf(ms, zone)
  return [-backMs, backMs].some((away) => {
    const other = localOf(ms + away, zone)
    return other.day === day && other.minute === minute
  })
}
