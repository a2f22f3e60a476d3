import type { Answer, Failure, Refusal } from '@slotkeeper/client'
import { useEffect, useState } from 'react'

/** An answer, or what came in its place so far. */
export interface Asked<T> {
  readonly value: T | undefined
  readonly error: Refusal | Failure | undefined
  /** Asks again. */
  readonly again: () => void
}

/** Milliseconds between two tries while no answer comes. */
const RETRY_MS = 3_000

const passes = ({ kind }: Refusal | Failure): boolean =>
  kind === 'unreachable' || kind === 'busy' || kind === 'broken'

/** Asks once, and again while no answer comes. `ask` must stay the same function. */
export function useAnswer<T>(ask: () => Promise<Answer<T>>): Asked<T> {
  const [tries, setTries] = useState(0)
  const [asked, setAsked] = useState<Omit<Asked<T>, 'again'>>({
    value: undefined,
    error: undefined,
  })
  useEffect(() => {
    let retry: ReturnType<typeof setTimeout> | undefined
    let gone = false
    const again = () => setTries((count) => count + 1)
    void ask().then((answer) => {
      if (gone) return undefined
      if (answer.kind === 'ok') setAsked({ value: answer.value, error: undefined })
      else {
        setAsked(({ value }) => ({ value, error: answer }))
        if (passes(answer)) retry = setTimeout(again, RETRY_MS)
      }
      return undefined
    })
    return () => {
      gone = true
      clearTimeout(retry)
    }
  }, [ask, tries])
  return { ...asked, again: () => setTries((count) => count + 1) }
}
