import { useEffect, useState } from 'react'
import { AdminError } from './adminApi.js'
import { useOperator } from './useOperator.js'

/** What was read last, and whether the last try failed. */
export interface Polled<T> {
  readonly value: T | undefined
  readonly failed: boolean
}

/** Milliseconds until a read that failed is tried again, at first; then twice as long each time. */
const RETRY_MS = 1_000

/**
 * Reads now and every `everyMs`, and sooner after a read that failed, while somebody can see the
 * page, one read at a time. `read` must stay the same function; with none, nothing is read.
 */
export function usePolled<T>(read: (() => Promise<T>) | undefined, everyMs: number): Polled<T> {
  const { onRefused } = useOperator()
  const [polled, setPolled] = useState<Polled<T>>({ value: undefined, failed: false })
  useEffect(() => {
    if (!read) return undefined
    let stopped = false
    let timer: ReturnType<typeof setTimeout> | undefined
    let retryMs = RETRY_MS
    const once = async () => {
      clearTimeout(timer)
      let nextMs = everyMs
      try {
        const value = await read()
        retryMs = RETRY_MS
        if (!stopped) setPolled({ value, failed: false })
      } catch (error) {
        if (stopped) return
        if (error instanceof AdminError && error.isOfKey) onRefused()
        setPolled(({ value }) => ({ value, failed: true }))
        nextMs = Math.min(retryMs, everyMs)
        retryMs *= 2
      }
      if (!stopped && document.visibilityState === 'visible') {
        timer = setTimeout(() => void once(), nextMs)
      }
    }
    const onVisible = () => {
      if (document.visibilityState === 'visible') void once()
    }
    void once()
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      stopped = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [read, everyMs, onRefused])
  return polled
}
