import { useEffect, useState } from 'react'

/** Milliseconds by which the line of the present moves on. */
const EVERY_MS = 15_000

/** The present, by this machine's clock: for showing, not for deciding. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  return now
}
