import { describe, expect, it } from 'vitest'
import { dayByKey } from '../src/calendar/keys.js'
import { dayText } from '../src/calendar/dayText.js'
import { addMonths, lastDayOf, sameDayIn, weeksOf } from '../src/calendar/month.js'

describe('a day of the calendar', () => {
  it('says why time refuses it, and nothing of that where something is free', () => {
    expect(dayText(undefined, undefined)).toBe('calendar.day.unknown')
    expect(dayText(true, undefined)).toBe('calendar.day.available')
    expect(dayText(false, undefined)).toBe('calendar.day.full')
    expect(dayText(false, 'past')).toBe('calendar.day.full')
    expect(dayText(false, 'notice_too_short')).toBe('calendar.day.late')
    expect(dayText(false, 'beyond_horizon')).toBe('calendar.day.far')
  })
})

describe('a month of the calendar', () => {
  it('has six weeks, so that every month is equally high', () => {
    for (const month of ['2026-02', '2026-11', '2027-05'] as const) {
      const weeks = weeksOf(month, 1)
      expect(weeks).toHaveLength(6)
      expect(weeks.flat().filter(Boolean)).toHaveLength(Number(lastDayOf(month).slice(8)))
    }
  })

  it('begins its weeks where the locale does', () => {
    // 1 November 2026 is a Sunday.
    expect(weeksOf('2026-11', 1)[0]?.[6]).toBe('2026-11-01')
    expect(weeksOf('2026-11', 7)[0]?.[0]).toBe('2026-11-01')
    expect(weeksOf('2026-11', 6)[0]?.[1]).toBe('2026-11-01')
  })

  it('counts on over the turn of the year', () => {
    expect(addMonths('2026-12', 1)).toBe('2027-01')
    expect(addMonths('2026-01', -1)).toBe('2025-12')
    expect(lastDayOf('2028-02')).toBe('2028-02-29')
  })

  it('takes the last day where a month has no such day', () => {
    expect(sameDayIn('2026-02', '2026-01-31')).toBe('2026-02-28')
    expect(sameDayIn('2026-03', '2026-01-31')).toBe('2026-03-31')
  })
})

describe('the keys of the calendar', () => {
  const week = { shift: false, weekStart: 1 }

  it.each([
    ['ArrowLeft', '2026-11-23'],
    ['ArrowRight', '2026-11-25'],
    ['ArrowUp', '2026-11-17'],
    ['ArrowDown', '2026-12-01'],
    ['Home', '2026-11-23'],
    ['End', '2026-11-29'],
    ['PageUp', '2026-10-24'],
    ['PageDown', '2026-12-24'],
  ])('%s leads to %s', (key, day) => {
    expect(dayByKey(key, '2026-11-24', week)).toBe(day)
  })

  it('moves by years with Shift', () => {
    expect(dayByKey('PageDown', '2028-02-29', { ...week, shift: true })).toBe('2029-02-28')
    expect(dayByKey('PageUp', '2026-11-24', { ...week, shift: true })).toBe('2025-11-24')
  })

  it('finds the ends of a week that begins on Sunday', () => {
    const american = { shift: false, weekStart: 7 }
    expect(dayByKey('Home', '2026-11-24', american)).toBe('2026-11-22')
    expect(dayByKey('End', '2026-11-24', american)).toBe('2026-11-28')
  })

  it('leaves other keys alone', () => {
    expect(dayByKey('Tab', '2026-11-24', week)).toBeUndefined()
    expect(dayByKey('a', '2026-11-24', week)).toBeUndefined()
  })
})
