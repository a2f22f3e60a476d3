import type { ResourceId } from '@slotkeeper/client'
import { useEffect, useState } from 'react'
import { useSlotkeeper } from '@slotkeeper/react'

/** How long a hold still lasts. */
export interface TimeLeft {
  /** Whole seconds, or nothing while none is held. */
  readonly seconds: number | undefined
  /** Whether it would last longer if a renewal came through. */
  readonly renewable: boolean
}

const TICK_MS = 1_000

/** Counts the seconds that this visitor's hold has left. */
export function useTimeLeft(resourceId: ResourceId): TimeLeft {
  const hold = useSlotkeeper().hold(resourceId)
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  const left = hold.timeLeft()
  if (!left) return { seconds: undefined, renewable: false }
  const ms = Math.min(left.leaseMs, left.inAllMs)
  return { seconds: Math.max(0, Math.ceil(ms / 1000)), renewable: left.leaseMs < left.inAllMs }
}
