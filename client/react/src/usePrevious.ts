import { useState } from 'react'

/**
 * The last value that was there, while there is none and `key` is still the same: what a
 * component shows until the next is loaded.
 */
export function usePrevious<T>(value: T | undefined, key: string): T | undefined {
  const [last, setLast] = useState<{ readonly key: string; readonly value: T | undefined }>({
    key,
    value,
  })
  const gone = last.key !== key
  if (gone || (value !== undefined && value !== last.value)) setLast({ key, value })
  return value ?? (gone ? undefined : last.value)
}
