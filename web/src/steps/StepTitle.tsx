import { useEffect, useRef } from 'react'

export interface StepTitleProps {
  readonly id: string
  /** The element: `h1` where nothing stands above it. */
  readonly level: 'h1' | 'h2'
  readonly children: string
}

/** The part of the window above which a title stands that somebody is to see at once. */
const LOWEST = 0.66

/**
 * The title of a step that has just begun. It takes the focus, so that the keyboard and the
 * screen reader are where the eyes are.
 */
export function StepTitle({ id, level: Level, children }: StepTitleProps) {
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    title.current?.focus({ preventScroll: true })
    title.current?.closest('.booker')?.scrollIntoView({ block: 'nearest' })
    // On a small screen, or a large scale, what stands above the title may fill it.
    const { top = 0, bottom = 0 } = title.current?.getBoundingClientRect() ?? {}
    if (top < 0 || bottom > innerHeight * LOWEST) title.current?.scrollIntoView({ block: 'start' })
  }, [])
  return (
    <Level id={id} ref={title} tabIndex={-1}>
      {children}
    </Level>
  )
}
