import { useEffect, useState } from 'react'
import { useSlotkeeper } from '@slotkeeper/react'

/** Milliseconds by which the line of the present moves on. */
const EVERY_MS = 15_000

/** The present by the server's clock: for showing, not for deciding. */
export function useNow(): number {
  const { nowMs } = useSlotkeeper()
  const [now, setNow] = useState(nowMs)
  useEffect(() => {
    const timer = setInterval(() => setNow(nowMs()), EVERY_MS)
    return () => clearInterval(timer)
  }, [nowMs])
  return now
}
