import type { Day } from '@slotkeeper/client'
import { useEffect, useState } from 'react'
import { localOf } from './zone.js'

/** Milliseconds between two looks at the date. */
const LOOK_EVERY_MS = 30_000

/** The present day in a zone. It follows when the day ends. */
export function useToday(zone: string): Day {
  const [nowMs, setNowMs] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  return localOf(nowMs, zone).day
}
