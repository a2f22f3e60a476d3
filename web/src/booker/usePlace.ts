import { type Choice, sameChoice } from '@slotkeeper/client'
import type { HoldActions } from '@slotkeeper/react'
import { useCallback, useMemo, useRef } from 'react'
import type { Refused } from './flow.js'

/** What can be done about the time that is wanted. The functions stay the same. */
export interface Placing {
  /**
   * Holds a time, with the lease of the form. Gives what became of it; nothing when another
   * was chosen meanwhile, or none any more. Who is refused a time holds none.
   */
  readonly place: (choice: Choice) => Promise<'held' | Refused | undefined>
  /** Wants no time any more. */
  readonly drop: () => void
}

/** Holds one time at a time: of quick choices the last counts. */
export function usePlace({ place: placeHold, checkout, release }: HoldActions): Placing {
  const wanted = useRef<Choice>(undefined)

  const drop = useCallback(() => {
    wanted.current = undefined
    void release()
  }, [release])

  const place = useCallback(
    async (choice: Choice) => {
      wanted.current = choice
      const placed = await placeHold(choice)
      if (wanted.current !== choice) return undefined
      if (placed.status === 'held' && sameChoice(placed, choice)) {
        // The form takes longer than a glance: from here on the hold outlives a slow hand.
        void checkout()
        return 'held'
      }
      if (!('error' in placed && placed.error)) return undefined
      // Of two quick choices the first may be held, and the second refused.
      drop()
      return { choice, error: placed.error }
    },
    [placeHold, checkout, drop],
  )

  return useMemo(() => ({ place, drop }), [place, drop])
}
