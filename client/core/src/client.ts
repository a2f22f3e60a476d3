import { type Api, apiOn, type BookingRequest, type MonthQuery, type SlotQuery } from './api.js'
import {
  type BookingAttempt,
  bookingAttempt,
  type ManagedBooking,
  managedBooking,
} from './booking.js'
import { serverClock } from './clock.js'
import { type DaySlots, daySlotsOf } from './daySlots.js'
import { DayStore } from './dayStore.js'
import { fetched, type Loaded } from './fetched.js'
import type { Choice } from './hold.js'
import { holdCalls } from './holdCalls.js'
import { httpOn } from './http.js'
import type { BookingId, ManageToken, ResourceId } from './ids.js'
import { keep } from './kept.js'
import { type Month, monthOf } from './month.js'
import { type Platform, thisPlatform } from './platform.js'
import { presenceOf } from './presence.js'
import { sessionKeeper } from './session.js'
import { SlotHold } from './slotHold.js'
import type { Store } from './store.js'
import type { DayRange } from './time/day.js'
import type { PresenceHold } from './time/slots.js'
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
export interface SlotkeeperClient {
  /** Each call of the server, once, without retry. */
  readonly api: Api
  /** Which days of a range have something to offer. */
  readonly month: (query: MonthQuery) => Store<Loaded<Month>>
  /** The slots of one day, with what is held and booked by now. */
  readonly daySlots: (query: SlotQuery) => Store<DaySlots>
  /** The live holds of a range of UTC days. */
  readonly presence: (id: ResourceId, range: DayRange) => Store<readonly PresenceHold[]>
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
  const { api, writes } = written(apiOn(httpOn(platform, baseUrl)), platform)
  const session = sessionKeeper(api, platform, baseUrl)
  const timer = workerTimer(options.timerWorkerUrl)
  const view = keep()
  const stores = new Map<ResourceId, DayStore>()
  const holds = new Map<ResourceId, SlotHold>()

  const days = (id: ResourceId): DayStore => {
    const store = stores.get(id) ?? new DayStore(platform, baseUrl, id)
    stores.set(id, store)
    return store
  }

  const hold = (id: ResourceId): SlotHold => {
    const calls = () => holdCalls(api, session, platform, baseUrl, id)
    const its = holds.get(id) ?? new SlotHold(platform, calls(), days(id), timer)
    holds.set(id, its)
    return its
  }

  /** What this visitor holds on a span: moving a booking there consumes it. */
  const ownHold = (to: Choice) => [...holds.values()].find((its) => its.holds(to))

  return {
    api,
    nowMs: () => clock.nowMs() ?? platform.wallMs(),
    days,
    hold,
    month: (query) => {
      const { resourceId, from, to, duration, timezone } = query
      return view(['month', resourceId, from, to, duration, timezone], () => {
        const ask = async () => {
          const answer = await api.availability(query)
          return answer.kind === 'ok' ? { ...answer, value: answer.value.days } : answer
        }
        const list = fetched(platform, ask, () => writes(resourceId))
        return monthOf(platform, days(resourceId), list, query)
      })
    },
    daySlots: (query) => {
      const { resourceId, date, duration, interval, timezone } = query
      return view(['slots', resourceId, date, duration, interval, timezone], () => {
        const ask = () => api.slots(query)
        const list = fetched(platform, ask, () => writes(resourceId))
        return daySlotsOf(query, list, days(resourceId), hold(resourceId), clock)
      })
    },
    presence: (id, { from, to }) =>
      view(['presence', id, from, to], () => presenceOf(days(id), { from, to })),
    booking: (request) => bookingAttempt(platform, api, session, hold(request.resourceId), request),
    managed: (id, token) => managedBooking(platform, api, session, ownHold, id, token),
    close: () => {
      for (const store of [...stores.values(), ...holds.values(), timer]) store.close()
    },
  }
}
