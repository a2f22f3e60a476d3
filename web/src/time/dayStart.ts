import type { Day } from '@slotkeeper/client'
import { localOf, offsetMinutes } from './zone.js'

const DAY_MS = 86_400_000

/** The moment, in milliseconds since 1970, at which a local day begins: 00:00, or what comes for it. */
export function dayStartMs(day: Day, zone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  // The clock may change at midnight: the day begins by the offset before it or by the one after.
  const starts = [-DAY_MS, DAY_MS].map(
    (away) => midnight - offsetMinutes(midnight + away, zone) * 60_000,
  )
  const within = starts.filter((ms) => localOf(ms, zone).day === day)
  return Math.min(...(within.length > 0 ? within : starts))
}
