import type { Day } from '@slotkeeper/client'
import { useSpeech } from '../i18n/speech.js'
import { Chevron } from '../page/icons.js'
import { addMonths, firstDayOf, type MonthKey, monthKeyOf } from './month.js'

export interface CalendarHeadProps {
  /** The id of the element that names the month. */
  readonly id: string
  readonly month: MonthKey
  readonly onMonth: (month: MonthKey) => void
  readonly today: Day
  readonly last: Day
}

/** The month's name, and the way to the months beside it. */
export function CalendarHead({ id, month, onMonth, today, last }: CalendarHeadProps) {
  const { say, formats } = useSpeech()
  const turn = (count: number, label: 'calendar.previous' | 'calendar.next') => {
    const to = addMonths(month, count)
    // It stays focusable at the end, so that the focus is not lost there.
    const over = to < monthKeyOf(today) || to > monthKeyOf(last)
    return (
      <button
        type="button"
        className="icon-button"
        aria-label={say(label)}
        aria-disabled={over}
        onClick={() => !over && onMonth(to)}
      >
        <Chevron to={count < 0 ? 'start' : 'end'} />
      </button>
    )
  }
  return (
    <div className="calendar-head">
      <h2 id={id} aria-live="polite">
        {formats.month(firstDayOf(month))}
      </h2>
      {turn(-1, 'calendar.previous')}
      {turn(1, 'calendar.next')}
    </div>
  )
}
