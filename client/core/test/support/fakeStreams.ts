import type { Day, DayRange } from '../../src/time/day.js'

interface OpenStream {
  readonly range: DayRange
  readonly controller: ReadableStreamDefaultController<Uint8Array>
}

const encoder = new TextEncoder()

/** The event streams that a fake server holds open. */
export class FakeStreams {
  readonly #open = new Set<OpenStream>()

  /** How many are open. */
  get count(): number {
    return this.#open.size
  }

  /** The ranges of those that are open. */
  get ranges(): DayRange[] {
    return Array.from(this.#open, ({ range }) => range)
  }

  /** A stream that begins with `opening` and goes on until `signal`. */
  open(range: DayRange, opening: string, signal: AbortSignal | undefined): Response {
    let stream: OpenStream | undefined
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        stream = { range, controller }
        this.#open.add(stream)
        controller.enqueue(encoder.encode(opening))
      },
      cancel: () => void (stream && this.#open.delete(stream)),
    })
    signal?.addEventListener('abort', () => {
      if (stream && this.#open.delete(stream)) stream.controller.error(new Error('aborted'))
    })
    return new Response(body, { headers: { date: new Date().toUTCString() } })
  }

  /** Sends the days of a change to whoever watches one of them, and then the id. */
  send(dates: readonly Day[], message: (date: Day) => string, id: string): void {
    for (const { range, controller } of this.#open) {
      const watched = dates.filter((date) => range.from <= date && date <= range.to)
      if (watched.length === 0) continue
      controller.enqueue(encoder.encode(watched.map(message).join('') + id))
    }
  }

  /** Sends bytes to all, whatever they are. */
  sendText(text: string): void {
    for (const { controller } of this.#open) controller.enqueue(encoder.encode(text))
  }

  /** Ends all as a server does that stops. */
  end(): void {
    for (const { controller } of this.#open) controller.close()
    this.#open.clear()
  }

  /** Breaks all as a network does. */
  cut(): void {
    for (const { controller } of this.#open) controller.error(new Error('the line was cut'))
    this.#open.clear()
  }
}
