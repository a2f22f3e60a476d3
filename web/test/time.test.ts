import { describe, expect, it } from 'vitest'
import { speechFor } from '../src/i18n/speech.js'
import { dayStartMs } from '../src/time/dayStart.js'
import { cityOf, isRepeated, localOf, offsetMinutes, sameClocks } from '../src/time/zone.js'

const ms = (text: string) => Date.parse(text)

describe('a zone', () => {
  it('reads a moment as the clock on its wall', () => {
    const moment = ms('2026-11-24T23:30:00Z')
    expect(localOf(moment, 'UTC')).toEqual({ day: '2026-11-24', minute: 1410 })
    expect(localOf(moment, 'Europe/Berlin')).toEqual({ day: '2026-11-25', minute: 30 })
    expect(localOf(moment, 'Asia/Kathmandu')).toEqual({ day: '2026-11-25', minute: 315 })
  })

  it('tells its offset, summer and winter', () => {
    expect(offsetMinutes(ms('2026-07-01T00:00:00Z'), 'Europe/Berlin')).toBe(120)
    expect(offsetMinutes(ms('2026-12-01T00:00:00Z'), 'Europe/Berlin')).toBe(60)
    expect(offsetMinutes(ms('2026-12-01T00:00:00Z'), 'America/New_York')).toBe(-300)
    expect(offsetMinutes(ms('2026-12-01T00:07:00Z'), 'Asia/Kathmandu')).toBe(345)
  })

  it('is the same as one whose clocks agree all year', () => {
    const from = ms('2026-11-24T00:00:00Z')
    expect(sameClocks('Europe/Paris', 'Europe/Berlin', from)).toBe(true)
    // Both at UTC in winter, and apart in summer.
    expect(sameClocks('Europe/London', 'Atlantic/Reykjavik', from)).toBe(false)
  })

  it('knows when its days begin, when the clock changes too', () => {
    expect(dayStartMs('2026-11-24', 'Europe/Berlin')).toBe(ms('2026-11-23T23:00:00Z'))
    const length = (day: '2026-03-29' | '2026-10-25', next: '2026-03-30' | '2026-10-26') =>
      (dayStartMs(next, 'Europe/Berlin') - dayStartMs(day, 'Europe/Berlin')) / 3_600_000
    expect(length('2026-03-29', '2026-03-30')).toBe(23)
    expect(length('2026-10-25', '2026-10-26')).toBe(25)
    // In Cairo the clock skips midnight itself: the day begins at one.
    const cairo = dayStartMs('2026-04-24', 'Africa/Cairo')
    expect(localOf(cairo, 'Africa/Cairo')).toEqual({ day: '2026-04-24', minute: 60 })
  })

  it('shows some times twice when its clock goes back, and no others', () => {
    const repeated = (text: string) => isRepeated(ms(text), 'America/New_York')
    // At 06:00 UTC the clock goes from two back to one.
    expect(
      ['04:45', '05:00', '05:45', '06:00', '06:45', '07:00'].map((time) =>
        repeated(`2027-11-07T${time}:00Z`),
      ),
    ).toEqual([false, true, true, true, true, false])
    expect(repeated('2027-03-14T07:00:00Z')).toBe(false)
    expect(repeated('2027-11-08T06:00:00Z')).toBe(false)
    // Half an hour, on Lord Howe.
    expect(isRepeated(ms('2027-04-03T14:45:00Z'), 'Australia/Lord_Howe')).toBe(true)
    expect(isRepeated(ms('2027-04-03T14:15:00Z'), 'Australia/Lord_Howe')).toBe(false)
  })

  it('is called by its city', () => {
    expect(cityOf('America/New_York')).toBe('New York')
    expect(cityOf('America/Argentina/Buenos_Aires')).toBe('Buenos Aires')
    expect(cityOf('UTC')).toBe('UTC')
    // As browsers name it still.
    expect(cityOf('Asia/Calcutta')).toBe('Kolkata')
  })
})

describe('times in words', () => {
  const span = { start: '2026-11-24T13:00:00.000Z', end: '2026-11-24T15:30:00.000Z' } as const

  const formats = async (...tags: string[]) => (await speechFor(tags)).formats

  it('follow the clock of the visitor’s own region', async () => {
    expect((await formats('en-GB')).span(span, 'Europe/Berlin')).toBe('14:00 – 16:30')
    expect((await formats('de-DE')).span(span, 'Europe/Berlin')).toBe('14:00 – 16:30')
    // The space before AM and PM is a narrow one that does not break.
    const american = (await formats('en-US')).span(span, 'Europe/Berlin')
    expect(american.replace(/\s/g, ' ')).toBe('2:00 PM – 4:30 PM')
    // English words on a French clock.
    expect((await formats('fr-FR', 'en-US')).time(span.start, 'Europe/Berlin')).toBe('14:00')
  })

  it('name the days of a span over midnight, and not of one that ends there', async () => {
    const { span: told } = await formats('en-GB')
    const night = { start: '2026-11-24T22:00:00.000Z', end: '2026-11-25T02:00:00.000Z' } as const
    expect(told(night, 'UTC')).toBe('Tue 24 Nov, 22:00 – Wed 25 Nov, 02:00')
    const evening = { start: '2026-11-24T22:00:00.000Z', end: '2026-11-25T00:00:00.000Z' } as const
    expect(told(evening, 'UTC')).toBe('22:00 – 00:00')
  })

  it('name the offset where the clock shows a time twice', async () => {
    const { time, span: told } = await formats('en-US')
    const plain = (text: string) => text.replace(/\s/g, ' ')
    const at = (clock: string) => `2027-11-07T${clock}:00.000Z` as const
    expect(plain(time(at('05:00'), 'America/New_York'))).toBe('1:00 AM GMT-4')
    expect(plain(time(at('06:00'), 'America/New_York'))).toBe('1:00 AM GMT-5')
    expect(plain(time(at('07:00'), 'America/New_York'))).toBe('2:00 AM')
    const hour = { start: at('05:00'), end: at('06:00') }
    expect(plain(told(hour, 'America/New_York'))).toBe('1:00 AM GMT-4 – 1:00 AM GMT-5')
  })

  it('write lengths in full and in short', async () => {
    const english = await formats('en-GB')
    expect([60, 90, 45, 1440, 2 * 1440 + 60].map(english.duration)).toEqual([
      '1 hour',
      '1 hour 30 minutes',
      '45 minutes',
      '1 day',
      '2 days 1 hour',
    ])
    expect((await formats('de')).durationShort(150)).toBe('2 Std. 30 Min.')
  })

  it('begin the week where the region does', async () => {
    expect((await formats('en-GB')).weekdays[0]?.long).toBe('Monday')
    expect((await formats('en-US')).weekdays[0]?.long).toBe('Sunday')
    expect((await formats('de-DE')).weekdays[0]?.short).toBe('Mo')
  })
})
