import type { Message } from './sse.js'
import type { Watched } from './watched.js'

/**
 * - `idle`: nobody watches.
 * - `connecting`: on the way to the first answer, or back after the server closed.
 * - `live`: what is shown is what the server knows.
 * - `offline`: lost; it keeps trying, and shows the last it knew.
 * - `refused`: the server won't have it, as it stands; it does not try again.
 */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'offline' | 'refused'

/** Who takes what an event stream brings. */
export interface Sink {
  /** Takes what came together, in order. */
  readonly messages: (batch: readonly Message[]) => void
  readonly state: (state: ConnectionState) => void
}

/** Who takes what a feed brings. */
export interface FeedSink extends Sink {
  /** The state of these days as messages, for a tab that comes later. */
  readonly recall: (watched: Watched) => Message[]
}
