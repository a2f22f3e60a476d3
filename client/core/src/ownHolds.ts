import type { Choice } from './hold.js'
import type { HoldId } from './ids.js'
import { msOf } from './time/instant.js'
import type { PresenceHold } from './time/slots.js'

/** Ids to remember: a frame that still shows an earlier hold may be late. */
const IDS_MAX = 32

/** Which of the holds that viewers are shown are this visitor's own. */
export interface OwnHolds {
  /** A hold that the server said is ours. */
  readonly add: (id: HoldId) => void
  /**
   * Whether it is, or was, ours. `asked` is the span that is asked for at the moment: its
   * frame may come before the answer that names the hold.
   */
  readonly has: (hold: PresenceHold, asked: Choice | undefined) => boolean
}

/** None yet. */
export function ownHolds(): OwnHolds {
  let ids: HoldId[] = []
  return {
    add: (id) => (ids = [id, ...ids.filter((other) => other !== id)].slice(0, IDS_MAX)),
    has: ({ holdId, start, end }, asked) =>
      ids.includes(holdId) ||
      (asked?.start === start && msOf(end) - msOf(start) === asked.duration * 60_000),
  }
}
