import type {
  Failure,
  LoadedMonth,
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
  /** By local date: the label of the exception to the hours by which it has no start. */
  readonly closedBy: NonNullable<LoadedMonth['closedBy']>
  /** Whether the days of this query are still to come. */
  readonly loading: boolean
  /** Whether `days` are those of the query before, kept until the new ones are there. */
  readonly previous: boolean
  readonly error: Refusal | Failure | undefined
}

const NOTHING: LoadedMonth = {}
const NO_DAYS: Month = {}
const NO_LABELS: MonthAvailability['closedBy'] = {}

/**
 * Which days of a range have something to offer, kept up to date: the dots of a calendar.
 * While another duration or month of the same resource loads, the days before are kept.
 */
export function useMonthAvailability(
  query: MonthQuery,
  { initial }: Initial<MonthAnswer> = {},
): MonthAvailability {
  const client = useSlotkeeper()
  const { resourceId, from, to, duration, quantity, timezone } = query
  const store = useMemo(
    () => client.month({ resourceId, from, to, duration, quantity, timezone }, initial),
    [client, resourceId, from, to, duration, quantity, timezone, initial],
  )
  const {
    value,
    closedBy: labels,
    error,
  } = useSyncExternalStore(store.subscribe, store.getSnapshot, () =>
    initial ? store.getSnapshot() : NOTHING,
  )
  const days = usePrevious(value ?? (error && NO_DAYS), resourceId) ?? NO_DAYS
  const known = value || error ? (labels ?? NO_LABELS) : undefined
  const closedBy = usePrevious(known, resourceId) ?? NO_LABELS
  return useMemo(() => {
    const loading = !value && !error
    return { days, closedBy, loading, previous: !value && days !== NO_DAYS, error }
  }, [days, closedBy, value, error])
}
