import type { ReactNode } from 'react'

/** A picture that says nothing that the text beside it does not. */
const icon = (path: ReactNode) => (
  <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    {path}
  </svg>
)

export const Chevron = ({ to }: { readonly to: 'start' | 'end' }) =>
  icon(<path d={to === 'start' ? 'M12 4.5 6.5 10l5.5 5.5' : 'M8 4.5 13.5 10 8 15.5'} />)

export const Clock = () =>
  icon(
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M10 6v4.2l2.6 1.6" />
    </>,
  )

export const Globe = () =>
  icon(
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M3 10h14M10 3c2.4 2 3.4 4.4 3.4 7S12.4 15 10 17c-2.4-2-3.4-4.4-3.4-7S7.6 5 10 3Z" />
    </>,
  )

export const CalendarIcon = () => icon(<path d="M3.5 5.5h13v11h-13zM3.5 9h13M7 3v3.5M13 3v3.5" />)

export const Check = () => icon(<path d="m4.5 10.5 3.5 3.5 7.5-8" />)

export const Alert = () =>
  icon(
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M10 6.2v4.6M10 13.6v.2" />
    </>,
  )

export const Person = () =>
  icon(
    <>
      <circle cx="10" cy="7" r="3" />
      <path d="M4 16.5c.8-3 3-4.5 6-4.5s5.2 1.5 6 4.5" />
    </>,
  )

export const Cross = () => icon(<path d="m5.5 5.5 9 9M14.5 5.5l-9 9" />)
