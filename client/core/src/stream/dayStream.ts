import { refused, retriableAfterMs } from '../answer.js'
import { delayMs, PATIENT, wait } from '../backoff.js'
import type { Platform } from '../platform.js'
import { pageTimer } from '../timer.js'
import type { ConnectionState, Sink } from './sink.js'
import { type Message, sseReader } from './sse.js'
import { coversAll, type Known, type Watched } from './watched.js'

/**
 * Milliseconds without a byte after which a stream is dead: the server says something every
 * 15 seconds, and a second word may be late.
 */
export const SILENCE_MS = 25_000

/** The address of the events of days, of which some may be known already. */
export type EventsUrl = (watched: Watched, known: Known | undefined) => string

/** How a connection failed, or nothing when the server ended it. */
interface Failed {
  /** Nothing: for good. */
  readonly retryAfterMs: number | undefined
}

/**
 * What is known after `batch`. An id comes when a round over every watched day is over, never
 * before; after a reset, nothing is known until the next one.
 */
export function advanced(
  known: Known | undefined,
  watched: Watched | undefined,
  batch: readonly Message[],
): Known | undefined {
  let after = known
  for (const { id, event } of batch) {
    if (event === 'reset') after = undefined
    else if (id && watched) after = { watched, id }
  }
  return after
}

/**
 * The events of days, over a connection that comes back by itself: after the
 * server's own `retry:` when it ended well, after a growing, jittered wait when it failed, at
 * once when the network or the visitor returns. It resumes after the last id.
 */
export class DayStream {
  /** What has come as a whole, for this or another reader to go on from. */
  known: Known | undefined
  state: ConnectionState = 'idle'
  /** What is watched. */
  watched: Watched | undefined
  readonly #platform: Platform
  readonly #url: EventsUrl
  readonly #sink: Sink
  #cut: AbortController | undefined
  #wake: (() => void) | undefined
  #retryMs = PATIENT.firstMs
  #failures = 0

  constructor(platform: Platform, url: EventsUrl, sink: Sink) {
    this.#platform = platform
    this.#url = url
    this.#sink = sink
    const wake = () => platform.visible() && this.#wake?.()
    platform.page?.addEventListener('online', wake)
    platform.page?.addEventListener('visibilitychange', wake)
    // A connection whose network has gone is silent, and would be waited for.
    platform.page?.addEventListener('offline', () => this.#cut?.abort())
  }

  /**
   * Watches at least `watched`. For days that are not watched yet another stream begins: after
   * the last id for those that are known, so that nothing is lost between the two, and from
   * the whole state on for the others. Fewer days cost nothing: those that are too many go
   * with the next stream.
   */
  show(watched: Watched): void {
    if (this.state !== 'refused' && coversAll(this.watched, watched)) return
    this.#stop()
    this.watched = watched
    this.#failures = 0
    void this.#keep(watched)
  }

  close(): void {
    this.#stop()
    this.#say('idle')
  }

  #stop(): void {
    this.watched = undefined
    this.#cut?.abort()
    this.#wake?.()
  }

  #say(state: ConnectionState): void {
    if (state === this.state) return
    this.state = state
    this.#sink.state(state)
  }

  async #keep(watched: Watched): Promise<void> {
    // One that was live goes on: what is new is told apart by what is known.
    if (this.state !== 'live') this.#say('connecting')
    for (;;) {
      const failed = await this.#once(watched).catch((): Failed => ({ retryAfterMs: 0 }))
      if (this.watched !== watched) return
      if (failed && failed.retryAfterMs === undefined) return this.#say('refused')
      this.#say(failed ? 'offline' : 'connecting')
      await this.#pause(failed?.retryAfterMs)
      if (this.watched !== watched) return
    }
  }

  async #pause(retryAfterMs: number | undefined): Promise<void> {
    // The server has jittered its own `retry:` already.
    let ms = this.#retryMs
    if (retryAfterMs !== undefined || this.#failures > 0) {
      this.#failures += 1
      const backoff = { firstMs: ms, longestMs: Math.max(ms, PATIENT.longestMs) }
      const delay = delayMs(backoff, this.#failures, this.#platform.random)
      ms = Math.max(delay, retryAfterMs ?? 0)
    }
    await wait(ms, pageTimer, (wake) => (this.#wake = wake))
  }

  async #once(watched: Watched): Promise<Failed | undefined> {
    const cut = new AbortController()
    this.#cut = cut
    const die = () => cut.abort()
    let silence = setTimeout(die, SILENCE_MS)
    try {
      const url = this.#url(watched, this.known)
      const init: RequestInit = { cache: 'no-store', signal: cut.signal }
      const response = await this.#platform.fetch(url, init)
      if (!response.ok || !response.body) {
        const problem: unknown = await response.json().catch(() => undefined)
        return { retryAfterMs: retriableAfterMs(refused(response, problem)) }
      }
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      const read = sseReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done || this.watched !== watched) return undefined
        clearTimeout(silence)
        silence = setTimeout(die, SILENCE_MS)
        this.#take(watched, read(value))
      }
    } finally {
      clearTimeout(silence)
      die()
    }
  }

  #take(watched: Watched, batch: readonly Message[]): void {
    if (batch.length === 0) return
    for (const { retry } of batch) if (retry && Number(retry) >= 0) this.#retryMs = Number(retry)
    const before = this.known
    this.known = advanced(before, watched, batch)
    this.#sink.messages(batch)
    if (!batch.some(({ id, event }) => id && event !== 'reset')) return
    this.#failures = 0
    const more = before?.watched !== this.known?.watched
    if (more || this.state !== 'live') this.#sink.state((this.state = 'live'))
  }
}
