import { useCallback, useEffect, useRef } from 'react'
import { pushEntry } from './address.js'

/**
 * Makes the browser's Back lead from the form to the times, as the button of the page does,
 * instead of away from the page. What it gives wants to hear each step, and the way back from it.
 */
export function useSteps(): (step: string, back: () => void) => void {
  const at = useRef<{ readonly step: string; readonly back: () => void }>(undefined)
  useEffect(() => {
    const onPop = () => {
      if (at.current?.step === 'details') at.current.back()
    }
    addEventListener('popstate', onPop)
    return () => removeEventListener('popstate', onPop)
  }, [])
  return useCallback((step, back) => {
    const last = at.current?.step
    at.current = { step, back }
    if (last === undefined || last === step) return
    if (step === 'details') pushEntry({ step })
    // Left by the page's own button: the entry that was made for the form goes too.
    else if (last === 'details' && (history.state as { step?: string } | null)?.step) history.back()
  }, [])
}
