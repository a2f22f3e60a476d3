import type { Day } from '@slotkeeper/client'
import { useSlotkeeper } from '@slotkeeper/react'
import { useEffect, useState } from 'react'
import { localOf } from './zone.js'

/** Milliseconds between two looks at the date. */
const LOOK_EVERY_MS = 30_000

/** The present day in a zone, by the server's clock. It follows when the day ends. */
export function useToday(zone: string): Day {
  const { nowMs } = useSlotkeeper()
  const [now, setNow] = useState(nowMs)
  useEffect(() => {
    const timer = setInterval(() => setNow(nowMs()), LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [nowMs])
  return localOf(now, zone).day
}
