import { addDays, type Day } from '@slotkeeper/client'

/** A month as ISO 8601 writes it, `2026-11`. */
export type MonthKey = `${number}-${number}`

/** Rows of a month's grid: the most that any month needs, so that all are equally high. */
export const WEEKS = 6

export const monthKeyOf = (day: Day): MonthKey => day.slice(0, 7) as MonthKey

export const firstDayOf = (month: MonthKey): Day => `${month}-01` as Day

/** The month `count` months later; earlier when negative. */
export function addMonths(month: MonthKey, count: number): MonthKey {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7) as MonthKey
}

export const lastDayOf = (month: MonthKey): Day => addDays(firstDayOf(addMonths(month, 1)), -1)

/** The day of the same number in another month, or that month's last. */
export function sameDayIn(month: MonthKey, day: Day): Day {
  const wished = `${month}${day.slice(7)}` as Day
  const last = lastDayOf(month)
  return wished < last ? wished : last
}

/** The weekday, 1 for Monday to 7 for Sunday. */
export const weekdayOf = (day: Day): number => new Date(`${day}T12:00:00Z`).getUTCDay() || 7

/** Six weeks of seven days that begin on `weekStart`; nothing where a day is of another month. */
export function weeksOf(month: MonthKey, weekStart: number): (Day | undefined)[][] {
  const first = firstDayOf(month)
  const ahead = (weekdayOf(first) - weekStart + 7) % 7
  return Array.from({ length: WEEKS }, (_, week) =>
    Array.from({ length: 7 }, (__, weekday) => {
      const day = addDays(first, week * 7 + weekday - ahead)
      return monthKeyOf(day) === month ? day : undefined
    }),
  )
}
