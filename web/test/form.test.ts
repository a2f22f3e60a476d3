import type { NewBooking, Resource } from '@slotkeeper/client'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { attendeeOf, errorsOf, wrongFields } from '../src/steps/draft.js'
import { icsOf } from '../src/steps/ics.js'

const draft = (name: string, email: string, notes = '') => ({ name, email, notes })

/** What the server takes too: its tests read the same list. */
const people = JSON.parse(
  readFileSync(new URL('fixtures/attendees.json', import.meta.url), 'utf8'),
) as Record<'emails' | 'names', Record<'taken' | 'refused', readonly string[]>>

/** As it is, without the blanks around it that the form takes away. */
const untouched = (text: string) => text === text.trim()

describe('the form', () => {
  it('takes and refuses the names and addresses that the server does', () => {
    const wrong = (name: string, email: string) => wrongFields(errorsOf(draft(name, email)))
    const { emails, names } = people
    const told = {
      takenEmails: emails.taken.filter((email) => wrong('Ann', email).length > 0),
      refusedEmails: emails.refused.filter(
        (email) => untouched(email) && wrong('Ann', email).length === 0,
      ),
      takenNames: names.taken.filter((name) => wrong(name, 'ann@example.com').length > 0),
      refusedNames: names.refused.filter(
        (name) => untouched(name) && wrong(name, 'ann@example.com').length === 0,
      ),
    }
    expect(told).toEqual({ takenEmails: [], refusedEmails: [], takenNames: [], refusedNames: [] })
  })

  it('takes what the server takes', () => {
    for (const email of ['ann@example.com', ' ann+x@mail.example.com ', 'ä@example.org']) {
      expect(wrongFields(errorsOf(draft('Ann', email)))).toEqual([])
    }
  })

  it.each([
    '',
    'ann',
    'ann@',
    '@example.com',
    'a@b@example.com',
    'ann@example..com',
    'an n@example.com',
  ])('refuses %o as an address', (email) => {
    expect(wrongFields(errorsOf(draft('Ann', email)))).toEqual(['email'])
  })

  it('names every wrong field in the order of the form', () => {
    expect(wrongFields(errorsOf(draft('  ', '', 'x'.repeat(2001))))).toEqual([
      'name',
      'email',
      'notes',
    ])
    expect(wrongFields(errorsOf(draft('x'.repeat(201), 'ann@example.com')))).toEqual(['name'])
  })

  it('sends no blanks and no empty notes', () => {
    expect(attendeeOf(draft(' Ann ', ' ann@example.com ', '  '))).toEqual({
      name: 'Ann',
      email: 'ann@example.com',
    })
    expect(attendeeOf(draft('Ann', 'ann@example.com', 'two mics ')).notes).toBe('two mics')
  })
})

describe('the file for calendars', () => {
  const booking = {
    bookingId: 'b1',
    start: '2026-11-24T13:00:00.000Z',
    end: '2026-11-24T14:00:00.000Z',
  } as unknown as NewBooking

  const file = (name: string) =>
    icsOf(booking, { name, resourceId: 'studio-a' } as Resource, 'https://book.example/b/b1#secret')

  it('has the span in UTC', () => {
    expect(file('Studio A')).toContain('DTSTART:20261124T130000Z\r\nDTEND:20261124T140000Z\r\n')
  })

  it('escapes what has a meaning in it', () => {
    expect(file('Rock, Pop; Jazz')).toContain('SUMMARY:Rock\\, Pop\\; Jazz\r\n')
  })

  it('has no line over 75 bytes, and no character cut in two', () => {
    const lines = file('ü'.repeat(90)).split('\r\n')
    const encoder = new TextEncoder()
    expect(Math.max(...lines.map((line) => encoder.encode(line).length))).toBeLessThanOrEqual(75)
    expect(lines.join('').replaceAll(' ', '')).toContain('ü'.repeat(90))
  })
})
