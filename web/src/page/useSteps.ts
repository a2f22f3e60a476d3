import { useCallback, useEffect, useRef } from 'react'
import { pushEntry } from './address.js'

/** The step that the present entry of the history was made for. */
const stepOfEntry = () => (history.state as { step?: string } | null)?.step

/**
 * Makes the browser's Back lead from the form and from the confirmation to the times, as the
 * buttons of the page do, instead of away from the page. What it gives wants to hear each step,
 * and the way back from it.
 */
export function useSteps(): (step: string, back: () => void) => void {
  const at = useRef<{ readonly step: string; readonly back: () => void }>(undefined)
  useEffect(() => {
    const onPop = () => {
      if (at.current && at.current.step !== 'choose') at.current.back()
    }
    addEventListener('popstate', onPop)
    // Each step shows where it begins, and the times where they were left. What the browser
    // scrolls back to, a moment later or sooner, would undo that.
    const { scrollRestoration } = history
    history.scrollRestoration = 'manual'
    return () => {
      removeEventListener('popstate', onPop)
      history.scrollRestoration = scrollRestoration
    }
  }, [])
  return useCallback((step, back) => {
    const last = at.current?.step
    at.current = { step, back }
    if (last === undefined || last === step) return
    if (step === 'details') pushEntry({ step })
    // Left by the page's own button: the entry that was made for the step goes too.
    else if (step === 'choose' && stepOfEntry()) history.back()
  }, [])
}
