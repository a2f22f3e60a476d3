import type { Day, UnavailableReason } from '@slotkeeper/client'
import { memo } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { dayText } from './dayText.js'

export interface DayButtonProps {
  readonly day: Day
  /** Whether a start of it is available; nothing while that is not known. */
  readonly offer: boolean | undefined
  /** By which exception to the opening hours it has no start. */
  readonly closedBy: string | undefined
  /** Why what time it is refuses all of its starts. */
  readonly refusedBy: UnavailableReason | undefined
  readonly today: boolean
  readonly selected: boolean
  /** Whether the Tab key stops here. */
  readonly tabStop: boolean
  readonly onSelect: (day: Day, byPointer: boolean) => void
}

/** A day of the calendar. One with nothing on offer takes the focus, and can't be chosen. */
export const DayButton = memo(function DayButton(props: DayButtonProps) {
  const { day, offer, closedBy, refusedBy, today, selected, tabStop, onSelect } = props
  const { say, formats } = useSpeech()
  const named = { day: formats.dayFull(day) }
  return (
    <button
      type="button"
      className="day"
      data-day={day}
      data-offer={offer}
      tabIndex={tabStop ? 0 : -1}
      title={closedBy}
      data-closed={closedBy !== undefined}
      aria-label={
        closedBy === undefined
          ? say(dayText(offer, refusedBy), named)
          : say('calendar.day.closed', { ...named, label: closedBy })
      }
      aria-disabled={offer === false}
      data-selected={selected}
      aria-current={today ? 'date' : undefined}
      // A click of a key counts no clicks.
      onClick={({ detail }) => offer !== false && onSelect(day, detail > 0)}
    >
      {Number(day.slice(8))}
    </button>
  )
})
