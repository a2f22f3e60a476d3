import { type Day, DAY_MS, dayStartMs } from './day.js'

/** What is told of one UTC day's seats. */
export interface DaySeats {
  /** How many a slot carries. Absent unless it is told how many are left. */
  readonly capacity?: number | undefined
  /** How many bookings leave, by slot, where some are taken. */
  readonly seatsLeft?: Readonly<Record<string, number>> | undefined
}

/** How many seats there are, how many are wanted, and how many are left as the stream tells. */
export interface LiveSeats {
  /** How many a slot of the resource carries. */
  readonly capacity: number
  /** How many are wanted. */
  readonly wanted: number
  readonly days: ReadonlyMap<Day, DaySeats | undefined>
}

/** A stretch of milliseconds since 1970, and how many seats somebody takes of it. */
export interface Claim {
  readonly start: number
  readonly end: number
  readonly quantity: number
}

const SLOT_MS = 900_000

/**
 * How many seats bookings and `claims` leave throughout a stretch: in the slot that has fewest.
 * Nothing where a day of it does not tell. Costs a few steps a slot and claim.
 */
export function fewestLeft(
  { days }: LiveSeats,
  { start, end }: Omit<Claim, 'quantity'>,
  claims: readonly Claim[] = [],
): number | undefined {
  const near = claims.filter((claim) => claim.start < end && start < claim.end)
  let fewest = Infinity
  const known = new Map([...days].map(([date, seats]) => [dayStartMs(date), seats]))
  for (let at = start; at < end; at += SLOT_MS) {
    const midnight = at - (at % DAY_MS)
    const { capacity, seatsLeft } = known.get(midnight) ?? {}
    if (capacity === undefined) return undefined
    const held = near.filter((claim) => claim.start <= at && at < claim.end)
    const left = seatsLeft?.[(at - midnight) / SLOT_MS] ?? capacity
    fewest = Math.min(fewest, left - held.reduce((sum, { quantity }) => sum + quantity, 0))
  }
  return Math.max(0, fewest)
}
