import { type RefObject, useEffect } from 'react'

/** What can take the focus when what had it is gone: the nearest title, or failing that a way on. */
const TITLES = '[data-focus], h1, h2, h3'

/** Gives the focus to a title, which is none of the stops of the Tab key. */
function focusOn(element: HTMLElement): void {
  if (!element.hasAttribute('tabindex')) element.tabIndex = -1
  element.focus({ preventScroll: true })
}

/**
 * Keeps the focus in the page: when what had it goes away, the title nearest to its place gets
 * it, so that the keyboard and the screen reader do not begin at the top again.
 */
export function useFocusKept(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const page = root.current
    if (!page) return undefined
    let path: Element[] = []
    let frame = 0
    const onFocus = ({ target }: Event) => {
      path = []
      for (let at = target as Element | null; at && at !== page; at = at.parentElement)
        path.push(at)
    }
    const restore = () => {
      const { activeElement } = page.getRootNode() as Document | ShadowRoot
      const lost = activeElement === null || activeElement === document.body
      if (!lost || path.length === 0 || path[0]?.isConnected) return
      const place = path.find((element) => element.isConnected) ?? page
      const near =
        place.querySelector<HTMLElement>(TITLES) ?? page.querySelector<HTMLElement>(TITLES)
      if (near) focusOn(near)
    }
    // Whatever takes the place of what went may take the focus by itself, in the same turn.
    const observer = new MutationObserver(() => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(restore)
    })
    observer.observe(page, { childList: true, subtree: true })
    page.addEventListener('focusin', onFocus)
    return () => {
      observer.disconnect()
      cancelAnimationFrame(frame)
      page.removeEventListener('focusin', onFocus)
    }
  }, [root])
}
