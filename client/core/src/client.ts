import { type Api, apiOn, type BookingRequest } from './api.js'
import {
  type BookingAttempt,
  bookingAttempt,
  type ManagedBooking,
  managedBooking,
} from './booking.js'
import { serverClock } from './clock.js'
import { DayFeed } from './dayFeed.js'
import type { DayStore } from './dayStore.js'
import type { Choice } from './hold.js'
import { holdCalls } from './holdCalls.js'
import { httpOn } from './http.js'
import type { BookingId, ManageToken, ResourceId } from './ids.js'
import { type Platform, thisPlatform } from './platform.js'
import { type Reads, readsOf } from './reads.js'
import { sessionKeeper } from './session.js'
import { SlotHold } from './slotHold.js'
import { workerTimer } from './timer.js'
import { written } from './written.js'

/** Where the server is, and what of the browser to use. */
export interface ClientOptions {
  /** The server's origin, with a path if it has one. Absent: where the page came from. */
  readonly baseUrl?: string | undefined
  /**
   * Where the page serves `@slotkeeper/client/timer-worker`. Needed where its policy says
   * `worker-src 'self'`; absent, the worker is made from a Blob.
   */
  readonly timerWorkerUrl?: string | URL | undefined
  /** Parts of the browser to replace: for tests and unusual hosts. */
  readonly platform?: Partial<Platform> | undefined
}

/**
 * Everything a booker needs, over one server.
 *
 * What it gives is shared: whoever asks for the same month, day or resource gets the same
 * store, so that nothing is fetched or watched twice.
 */
export interface SlotkeeperClient extends Reads {
  /** Each call of the server, once, without retry. */
  readonly api: Api
  /**
   * Milliseconds since 1970 by the server's clock; by this machine's until an answer has told.
   * A machine that is days ahead or behind shows the right day.
   */
  readonly nowMs: () => number
  /** The days of a resource as the stream tells them. */
  readonly days: (id: ResourceId) => DayStore
  /** This visitor's hold on a resource. */
  readonly hold: (id: ResourceId) => SlotHold
  /** An attempt to book, to be sent as often as it takes. What it books consumes the hold. */
  readonly booking: (request: BookingRequest) => BookingAttempt
  /** A booking that was made before, by its id and token. */
  readonly managed: (id: BookingId, token: ManageToken) => ManagedBooking
  /** Ends every stream, beat and worker. Holds are left to their lease. */
  readonly close: () => void
}

/**
 * A client of the server at `baseUrl`, or of the one the page came from. Making it costs
 * nothing and touches no network.
 */
export function createClient(options: ClientOptions = {}): SlotkeeperClient {
  const given = { ...thisPlatform(), ...options.platform }
  const baseUrl = (options.baseUrl ?? '').replace(/\/+$/, '')
  const clock = serverClock(given)
  const platform = { ...given, fetch: clock.fetch }
  const { api, note, writes } = written(apiOn(httpOn(platform, baseUrl)), platform)
  const session = sessionKeeper(api, platform, baseUrl)
  const timer = workerTimer(options.timerWorkerUrl)
  const feed = new DayFeed(platform, baseUrl, note)
  const holds = new Map<ResourceId, SlotHold>()

  const days = (id: ResourceId): DayStore => feed.store(id)

  const hold = (id: ResourceId): SlotHold => {
    const calls = () => holdCalls(api, session, platform, baseUrl, id)
    const its = holds.get(id) ?? new SlotHold(platform, calls(), days(id), timer)
    holds.set(id, its)
    return its
  }

  /** What this visitor holds on a span: moving a booking there consumes it. */
  const ownHold = (to: Choice) => [...holds.values()].find((its) => its.holds(to))

  const reads = readsOf(platform, { api, writes, days, hold, clock })

  return {
    api,
    nowMs: () => clock.nowMs() ?? platform.wallMs(),
    days,
    hold,
    ...reads,
    booking: (request) => bookingAttempt(platform, api, session, hold(request.resourceId), request),
    managed: (id, token) => managedBooking(platform, api, session, ownHold, id, token),
    close: () => {
      for (const store of [feed, ...holds.values(), timer]) store.close()
    },
  }
}
