import type { ResourceId, TimeLeft } from '@slotkeeper/client'
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { useSlotkeeper } from './provider.js'

/** Milliseconds between two looks at the clock. */
const LOOK_EVERY_MS = 1_000

const NONE = { status: 'none' } as const

/** What this visitor's hold on a resource has left, second by second; nothing without one. */
export function useTimeLeft(resourceId: ResourceId): TimeLeft | undefined {
  const client = useSlotkeeper()
  const hold = useMemo(() => client.hold(resourceId), [client, resourceId])
  const { status } = useSyncExternalStore(hold.subscribe, hold.getSnapshot, () => NONE)
  const [left, setLeft] = useState<TimeLeft>()
  useEffect(() => {
    const look = () => setLeft(hold.timeLeft())
    look()
    const looking = setInterval(look, LOOK_EVERY_MS)
    return () => clearInterval(looking)
  }, [hold, status])
  return status === 'held' ? left : undefined
}
