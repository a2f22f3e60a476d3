import type { Answer } from './answer.js'
import { type Api, type Beat, resourcePath } from './api.js'
import type { HoldId, ResourceId } from './ids.js'
import type { Platform } from './platform.js'
import type { SessionKeeper } from './session.js'
import type { HeldSlot } from './wire.js'

/** What a hold says to the server, in the visitor's session. */
export interface HoldCalls {
  /** Places, moves or renews. A session that has ended is replaced, unless it owned the hold. */
  readonly beat: (beat: Beat) => Promise<Answer<HeldSlot>>
  /** Gives back a hold. */
  readonly leave: (holdId: HoldId) => Promise<Answer<undefined>>
  /** Gives back a hold, or whatever the session holds, as the page goes. */
  readonly leaveByBeacon: (holdId: HoldId | undefined) => void
}

/** The calls about holds of one resource. */
export const holdCalls = (
  api: Api,
  session: SessionKeeper,
  platform: Platform,
  baseUrl: string,
  id: ResourceId,
): HoldCalls => ({
  beat: (beat) => session.use((token) => api.heartbeat(token, id, beat), !beat.holdId),
  leave: (holdId) => session.use((token) => api.leave(token, id, holdId)),
  leaveByBeacon: (holdId) => {
    const token = session.current()
    const url = baseUrl + resourcePath(id, '/leave')
    if (token) platform.beacon(url, JSON.stringify({ token, holdId }))
  },
})
