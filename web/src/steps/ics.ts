import type { Instant, NewBooking, Resource } from '@slotkeeper/client'

/** Bytes of a line that RFC 5545 allows. */
const LINE_MAX = 75

const stampOf = (instant: Instant): string => instant.replace(/[-:]|\.\d+/g, '')

const escaped = (text: string): string => text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n')

/** Folds a line, by characters of at most four bytes and never within one. */
function folded(line: string): string {
  const encoder = new TextEncoder()
  let rows = ''
  let bytes = 0
  for (const character of line) {
    const size = encoder.encode(character).length
    if (bytes + size > LINE_MAX) {
      rows += '\r\n '
      bytes = 1
    }
    rows += character
    bytes += size
  }
  return rows
}

/** The booking as a file that calendars take (RFC 5545). */
export function icsOf(booking: NewBooking, { name }: Resource, link: string): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Slotkeeper//Booker//EN',
    'BEGIN:VEVENT',
    `UID:${booking.bookingId}@slotkeeper`,
    `DTSTAMP:${stampOf(new Date().toISOString() as Instant)}`,
    `DTSTART:${stampOf(booking.start)}`,
    `DTEND:${stampOf(booking.end)}`,
    `SUMMARY:${escaped(name)}`,
    `URL:${link}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}
