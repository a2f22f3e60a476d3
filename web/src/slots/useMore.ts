import { type RefObject, useEffect, useRef, useState } from 'react'

/** The elements that tell whether a list goes on, and whether it does. */
export interface More {
  /** What scrolls. */
  readonly body: RefObject<HTMLDivElement | null>
  /** The end of the list within it. */
  readonly end: RefObject<HTMLDivElement | null>
  readonly goesOn: boolean
}

/** Whether a list that scrolls in a place of its own goes on below what is seen of it. */
export function useMore(): More {
  const body = useRef<HTMLDivElement>(null)
  const end = useRef<HTMLDivElement>(null)
  const [goesOn, setGoesOn] = useState(false)
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => setGoesOn(entries.at(-1)?.isIntersecting === false),
      { root: body.current },
    )
    if (end.current) observer.observe(end.current)
    return () => observer.disconnect()
  }, [])
  return { body, end, goesOn }
}
