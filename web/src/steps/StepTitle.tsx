import { useEffect, useRef } from 'react'

export interface StepTitleProps {
  readonly id: string
  /** The element: `h1` where nothing stands above it. */
  readonly level: 'h1' | 'h2'
  readonly children: string
}

/**
 * The title of a step that has just begun. It takes the focus, so that the keyboard and the
 * screen reader are where the eyes are.
 */
export function StepTitle({ id, level: Level, children }: StepTitleProps) {
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    title.current?.focus({ preventScroll: true })
    title.current?.closest('.booker')?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <Level id={id} ref={title} tabIndex={-1}>
      {children}
    </Level>
  )
}
