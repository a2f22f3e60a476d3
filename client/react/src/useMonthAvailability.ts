import type {
  Failure,
  Loaded,
  Month,
  MonthAvailability as MonthAnswer,
  MonthQuery,
  Refusal,
} from '@slotkeeper/client'
import { useMemo, useSyncExternalStore } from 'react'
import { useSlotkeeper } from './provider.js'
import { usePrevious } from './usePrevious.js'
import type { Initial } from './useResource.js'

/** The days of a calendar. */
export interface MonthAvailability {
  /** By local date: whether any start is available. Empty until the first answer. */
  readonly days: Month
  /** Whether the days of this query are still to come. */
  readonly loading: boolean
  /** Whether `days` are those of the query before, kept until the new ones are there. */
  readonly previous: boolean
  readonly error: Refusal | Failure | undefined
}

const NOTHING: Loaded<Month> = {}
const NO_DAYS: Month = {}

/**
 * Which days of a range have something to offer, kept up to date: the dots of a calendar.
 * While another duration or month of the same resource loads, the days before are kept.
 */
export function useMonthAvailability(
  query: MonthQuery,
  { initial }: Initial<MonthAnswer> = {},
): MonthAvailability {
  const client = useSlotkeeper()
  const { resourceId, from, to, duration, timezone } = query
  const store = useMemo(
    () => client.month({ resourceId, from, to, duration, timezone }, initial),
    [client, resourceId, from, to, duration, timezone, initial],
  )
  const { value, error } = useSyncExternalStore(store.subscribe, store.getSnapshot, () =>
    initial ? store.getSnapshot() : NOTHING,
  )
  const days = usePrevious(value ?? (error && NO_DAYS), resourceId) ?? NO_DAYS
  return useMemo(() => {
    const loading = !value && !error
    return { days, loading, previous: !value && days !== NO_DAYS, error }
  }, [days, value, error])
}
