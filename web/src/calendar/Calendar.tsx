import type { Day, UnavailableReason } from '@slotkeeper/client'
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { CalendarHead } from './CalendarHead.js'
import { DayButton } from './DayButton.js'
import { dayByKey } from './keys.js'
import { firstDayOf, lastDayOf, type MonthKey, monthKeyOf, weeksOf } from './month.js'

/** What is known of a day: whether a start of it is available, or nothing yet. */
export type DayOffer = (day: Day) => boolean | undefined

export interface CalendarProps {
  readonly month: MonthKey
  readonly onMonth: (month: MonthKey) => void
  readonly selected: Day | undefined
  /** Hears of a day that was chosen, and whether by a pointer, which leaves the keys in place. */
  readonly onSelect: (day: Day, byPointer: boolean) => void
  readonly offers: DayOffer
  /** By which exception to the opening hours a day has no start. */
  readonly closedBy: (day: Day) => string | undefined
  /** Why what time it is refuses all starts of a day. */
  readonly refusedBy: (day: Day) => UnavailableReason | undefined
  readonly today: Day
  /** The last day that can be gone to. */
  readonly last: Day
}

const clamp = (day: Day, from: Day, to: Day): Day => (day < from ? from : day > to ? to : day)

/**
 * A month to choose a day from: a grid of the ARIA practices, in which the arrow keys move and
 * one day at a time is in the order of the Tab key.
 */
export function Calendar(props: CalendarProps) {
  const { month, onMonth, selected, onSelect, today, last } = props
  const { say, formats, locale } = useSpeech()
  const title = useId()
  const help = useId()
  const grid = useRef<HTMLTableElement>(null)
  const [focused, setFocused] = useState<Day>()
  const aimed = useRef<Day>(undefined)

  const inMonth = (day: Day | undefined) => day !== undefined && monthKeyOf(day) === month
  const home = clamp(firstDayOf(month), today, lastDayOf(month))
  const stop = [focused, selected].find(inMonth) ?? home

  const onKeyDown = (event: KeyboardEvent) => {
    const { weekStart } = locale
    const aim = dayByKey(event.key, stop, { shift: event.shiftKey, weekStart })
    if (!aim || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const day = clamp(aim, today, last)
    setFocused(day)
    if (monthKeyOf(day) !== month) onMonth(monthKeyOf(day))
    aimed.current = day
  }

  // The day's cell may come with the next month only.
  useLayoutEffect(() => {
    if (!aimed.current) return
    grid.current?.querySelector<HTMLElement>(`[data-day="${aimed.current}"]`)?.focus()
    aimed.current = undefined
  }, [focused])

  const select = (day: Day, byPointer: boolean) => {
    setFocused(day)
    onSelect(day, byPointer)
  }

  return (
    <section className="calendar" aria-label={say('calendar.label')}>
      <CalendarHead id={title} month={month} onMonth={onMonth} today={today} last={last} />
      <table role="grid" ref={grid} aria-labelledby={title} aria-describedby={help}>
        <thead>
          <tr>
            {formats.weekdays.map(({ short, long }) => (
              <th key={long} scope="col" abbr={long}>
                {short}
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={onKeyDown}>
          {weeksOf(month, locale.weekStart).map((week, row) => (
            // A row and a cell are their place in the month: the days in them change.
            <Week key={`row-${row}`} {...props} week={week} stop={stop} onSelect={select} />
          ))}
        </tbody>
      </table>
      <p id={help} className="unseen">
        {say('calendar.help')}
      </p>
    </section>
  )
}

interface WeekProps extends CalendarProps {
  readonly week: readonly (Day | undefined)[]
  /** The day that the Tab key stops at. */
  readonly stop: Day
}

function Week(props: WeekProps) {
  const { week, stop, selected, onSelect, offers, closedBy, refusedBy, today, last } = props
  return (
    <tr>
      {week.map((day, column) =>
        day === undefined ? (
          <td key={`cell-${column}`} role="gridcell" />
        ) : (
          <td key={`cell-${column}`} role="gridcell" aria-selected={day === selected}>
            <DayButton
              day={day}
              offer={day < today || day > last ? false : offers(day)}
              closedBy={closedBy(day)}
              refusedBy={refusedBy(day)}
              today={day === today}
              selected={day === selected}
              tabStop={day === stop}
              onSelect={onSelect}
            />
          </td>
        ),
      )}
    </tr>
  )
}
