import { addDays, type Day } from '@slotkeeper/client'
import { addMonths, monthKeyOf, sameDayIn, weekdayOf } from './month.js'

const monthsAway = (day: Day, months: number): Day =>
  sameDayIn(addMonths(monthKeyOf(day), months), day)

/**
 * The day that a key moves the focus to, as the ARIA practices have it for a grid of dates;
 * nothing for any other key.
 */
export function dayByKey(
  key: string,
  day: Day,
  { shift, weekStart }: { readonly shift: boolean; readonly weekStart: number },
): Day | undefined {
  const intoWeek = (weekdayOf(day) - weekStart + 7) % 7
  switch (key) {
    case 'ArrowLeft':
      return addDays(day, -1)
    case 'ArrowRight':
      return addDays(day, 1)
    case 'ArrowUp':
      return addDays(day, -7)
    case 'ArrowDown':
      return addDays(day, 7)
    case 'Home':
      return addDays(day, -intoWeek)
    case 'End':
      return addDays(day, 6 - intoWeek)
    case 'PageUp':
      return monthsAway(day, shift ? -12 : -1)
    case 'PageDown':
      return monthsAway(day, shift ? 12 : 1)
    default:
      return undefined
  }
}
