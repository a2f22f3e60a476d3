import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Changes that come each second, and milliseconds between two pieces of them. */
const CHANGES_PER_SECOND = 500
const PIECE_EVERY_MS = 10

/** Holds that a day has at any moment, and the quarter hours that they move in: 09:00 to 15:00 in Berlin's winter. */
const HOLDS = 12
const FIRST = 32
const RANGE = 24

/** One change: the day with another set of holds, as the server would tell it. */
function change(resourceId: string, date: string, count: number): string {
  const holds = Array.from({ length: HOLDS }, (_, index) => {
    const slot = FIRST + ((index * 5 + count) % RANGE)
    const at = (quarter: number) => new Date(Date.parse(date) + quarter * 900_000).toISOString()
    return { holdId: `hold-${count}-${index}`, start: at(slot), end: at(slot + 1), slots: [slot] }
  })
  return `event: presence\ndata: ${JSON.stringify({ resourceId, date, holds })}\n\n`
}

/** The resource whose days the stream at an address is to tell. */
function resourceOf(url: string): string {
  const query = new URL(url, 'http://flood').searchParams
  const ranges = query.get('whole') ?? query.get('days') ?? ''
  return ranges.slice(0, ranges.indexOf(':'))
}

/** What stands between a browser and the server: days in which everybody comes and goes at once. */
export interface Flood {
  readonly url: string
  /** Changes that were sent. */
  readonly sent: () => number
  readonly stop: () => Promise<void>
}

/** Answers whoever asks for events by itself, and passes on everything else to the server at `api`. */
export async function openFlood(api: string, date: string): Promise<Flood> {
  let count = 0
  const pour = (resourceId: string, answer: ServerResponse) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const began = performance.now()
    const before = count
    const timer = setInterval(() => {
      const due = ((performance.now() - began) / 1000) * CHANGES_PER_SECOND
      let piece = ''
      while (count - before < due) piece += change(resourceId, date, (count += 1))
      answer.write(`${piece}id: flood-${count}\n\n`)
    }, PIECE_EVERY_MS)
    answer.on('close', () => clearInterval(timer))
  }
  const between = createServer((question, answer) => {
    if (question.url?.includes('/events?')) pour(resourceOf(question.url), answer)
    else pass(api, question, answer)
  })
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
  const { port } = between.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    sent: () => count,
    stop: async () => {
      between.closeAllConnections()
      await new Promise((resolve) => between.close(resolve))
    },
  }
}

function pass(api: string, question: IncomingMessage, answer: ServerResponse): void {
  const { method, headers } = question
  const onward = request(new URL(question.url ?? '/', api), { method, headers }, (told) => {
    answer.writeHead(told.statusCode ?? 502, told.headers)
    told.pipe(answer)
  })
  onward.on('error', () => answer.destroy())
  question.pipe(onward)
}
