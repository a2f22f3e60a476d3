import { type RefObject, useEffect, useRef } from 'react'
import type { Flow } from './flow.js'

/**
 * Takes the focus back to the times, when the form is left: to the time that had been chosen,
 * if that is still to be had. The steps after the choice take the focus themselves.
 */
export function useFocusOnReturn(flow: Flow): RefObject<HTMLElement | null> {
  const root = useRef<HTMLElement>(null)
  const before = useRef(flow)
  useEffect(() => {
    const last = before.current
    before.current = flow
    if (flow.step !== 'choose' || last.step === 'choose') return
    const find = (selector: string) => root.current?.querySelector<HTMLElement>(selector)
    const chosen = last.step === 'details' && find(`[data-start="${last.choice.start}"]`)
    const target = chosen || find('[data-focus=slots]')
    target?.focus({ preventScroll: true })
    // A page that goes back puts the scroll where it was at that entry, a moment later.
    const show = () => target?.scrollIntoView({ block: chosen ? 'center' : 'nearest' })
    show()
    requestAnimationFrame(show)
  }, [flow])
  return root
}
