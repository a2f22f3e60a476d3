import type { DayRange, PresenceHold, ResourceId } from '@slotkeeper/client'
import { useMemo, useSyncExternalStore } from 'react'
import { useSlotkeeper } from './provider.js'

const NOBODY: readonly PresenceHold[] = []

/** The live holds of a range of UTC days, by start, kept up to date. One's own are among them. */
export function usePresence(resourceId: ResourceId, range: DayRange): readonly PresenceHold[] {
  const client = useSlotkeeper()
  const { from, to } = range
  const store = useMemo(
    () => client.presence(resourceId, { from, to }),
    [client, resourceId, from, to],
  )
  return useSyncExternalStore(store.subscribe, store.getSnapshot, () => NOBODY)
}
