import type { ResourceId, TimeLeft as Left } from '@slotkeeper/client'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useSlotkeeper } from '@slotkeeper/react'

/** How long a hold still lasts. */
export interface TimeLeft {
  /** Whole seconds, or nothing while none is held. */
  readonly seconds: number | undefined
  /** Whether it is the missing connection that will end it. */
  readonly offline: boolean
}

const TICK_MS = 1_000

/** Until the end that comes first: of the lease, where it is not renewed, or of all renewals. */
const endMs = ({ leaseMs, inAllMs, failing }: Left, offline: boolean): number =>
  offline || failing ? Math.min(leaseMs, inAllMs) : inAllMs

/** Counts the seconds that this visitor's hold has left. */
export function useTimeLeft(resourceId: ResourceId): TimeLeft {
  const client = useSlotkeeper()
  const { connection } = client.days(resourceId)
  const state = useSyncExternalStore(connection.subscribe, connection.getSnapshot)
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  const left = client.hold(resourceId).timeLeft()
  if (!left) return { seconds: undefined, offline: false }
  const offline = state === 'offline' && left.leaseMs < left.inAllMs
  return { seconds: Math.max(0, Math.ceil(endMs(left, offline) / 1000)), offline }
}
