import type { Watched } from '../../src/stream/watched.js'
import type { Day, DayRange } from '../../src/time/day.js'

interface OpenStream {
  readonly watched: Watched
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

  /** What those that are open watch. */
  get watched(): Watched[] {
    return Array.from(this.#open, ({ watched }) => watched)
  }

  /** The ranges of those that are open, whatever the resource. */
  get ranges(): DayRange[] {
    return this.watched.flat().map(({ from, to }) => ({ from, to }))
  }

  /** A stream that begins with `opening` and goes on until `signal`. */
  open(watched: Watched, opening: string, signal: AbortSignal | undefined): Response {
    let stream: OpenStream | undefined
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        stream = { watched, controller }
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

  /** Sends the days of a change of a resource to whoever watches one of them, and then the id. */
  send(of: string, dates: readonly Day[], message: (date: Day) => string, id: string): void {
    for (const { watched, controller } of this.#open) {
      const ranges = watched.filter(({ resourceId }) => resourceId === of)
      const seen = (date: Day) => ranges.some(({ from, to }) => from <= date && date <= to)
      const told = dates.filter(seen).map(message)
      if (told.length > 0) controller.enqueue(encoder.encode(told.join('') + id))
    }
  }

  /** Sends something about a resource to whoever watches it, and then the id. */
  sendOf(of: string, message: string, id: string): void {
    for (const { watched, controller } of this.#open) {
      if (!watched.some(({ resourceId }) => resourceId === of)) continue
      controller.enqueue(encoder.encode(message + id))
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
