import type { DaySlots as Shown, SlotList, SlotQuery } from '@slotkeeper/client'
import { useMemo, useSyncExternalStore } from 'react'
import { useSlotkeeper } from './provider.js'
import { usePrevious } from './usePrevious.js'
import type { Initial } from './useResource.js'

/** The slots of a day, holds and bookings laid over them. */
export interface DaySlots extends Shown {
  /** Whether the slots are those of the query before, kept until the new ones are there. */
  readonly previous: boolean
}

const LOADING: Shown = {
  all: [],
  merged: [],
  available: [],
  reserved: [],
  exceptions: [],
  loading: true,
  error: undefined,
  connection: 'idle',
}

/**
 * The slots of one day and duration, kept up to date: `available`, `reserved`, and `merged`,
 * which has both in the order of time. Their list is fetched once; what others hold and book
 * is laid over it as it happens.
 *
 * While another day or duration of the same resource loads, the slots before are kept, so that
 * nothing flashes; `loading` and `previous` tell. Where the new ones can't be loaded, there are
 * none: the times of one day are never those of another.
 *
 * `initial` is the list as a server has read it that renders the page: its HTML has the times.
 * Give the same object for as long as the query is the same.
 */
export function useDaySlots(query: SlotQuery, { initial }: Initial<SlotList> = {}): DaySlots {
  const client = useSlotkeeper()
  const { resourceId, date, duration, quantity, interval, timezone } = query
  const store = useMemo(
    () => client.daySlots({ resourceId, date, duration, quantity, interval, timezone }, initial),
    [client, resourceId, date, duration, quantity, interval, timezone, initial],
  )
  const now = useSyncExternalStore(store.subscribe, store.getSnapshot, () =>
    initial ? store.getSnapshot() : LOADING,
  )
  const shown = usePrevious(now.loading || now.error ? undefined : now, resourceId)
  return useMemo(() => {
    const previous = shown !== undefined && now.loading && now.all.length === 0
    const { loading, error, connection } = now
    return previous
      ? { ...shown, loading, error, connection, previous }
      : { ...now, previous: false }
  }, [shown, now])
}
