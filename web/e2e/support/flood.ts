import type { ServerResponse } from 'node:http'
import type { Intercept } from './pages.js'

/** Changes that come each second, and milliseconds between two pieces of them. */
const CHANGES_PER_SECOND = 500
const PIECE_EVERY_MS = 10

/** Holds that a day has at any moment, and the quarter hours that they move in: 09:00 to 15:00 in Berlin's winter. */
const HOLDS = 12
const FIRST = 32
const RANGE = 24

/** One change: the day with another set of holds, as the server would tell it. */
function change(date: string, count: number): string {
  const holds = Array.from({ length: HOLDS }, (_, index) => {
    const slot = FIRST + ((index * 5 + count) % RANGE)
    const at = (quarter: number) => new Date(Date.parse(date) + quarter * 900_000).toISOString()
    return { holdId: `hold-${count}-${index}`, start: at(slot), end: at(slot + 1), slots: [slot] }
  })
  return `event: presence\ndata: ${JSON.stringify({ date, holds })}\n\n`
}

/** A stream of days in which everybody comes and goes at once. */
export interface Flood {
  /** Answers whoever asks for events. */
  readonly intercept: Intercept
  /** Changes that were sent. */
  readonly sent: () => number
}

export function floodOf(date: string): Flood {
  let count = 0
  const pour = (answer: ServerResponse) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const began = performance.now()
    const before = count
    const timer = setInterval(() => {
      const due = ((performance.now() - began) / 1000) * CHANGES_PER_SECOND
      let piece = ''
      while (count - before < due) piece += change(date, (count += 1))
      answer.write(`${piece}id: flood-${count}\n\n`)
    }, PIECE_EVERY_MS)
    answer.on('close', () => clearInterval(timer))
  }
  return {
    intercept: (question, answer) => {
      const flooded = question.url?.includes('/events?') ?? false
      if (flooded) pour(answer)
      return flooded
    },
    sent: () => count,
  }
}
