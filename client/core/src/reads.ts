import type { Answer } from './answer.js'
import type { Api, MonthQuery, SlotQuery } from './api.js'
import type { ServerClock } from './clock.js'
import { type DaySlots, daySlotsOf } from './daySlots.js'
import type { DayStore } from './dayStore.js'
import { type Fetched, fetched, showing } from './fetched.js'
import type { ResourceId } from './ids.js'
import { keep } from './kept.js'
import { type LoadedMonth, monthOf } from './month.js'
import type { Platform } from './platform.js'
import { presenceOf } from './presence.js'
import type { SlotHold } from './slotHold.js'
import { listeners, type Store } from './store.js'
import type { DayRange } from './time/day.js'
import type { PresenceHold } from './time/slots.js'
import type { MonthAvailability, Resource, SlotList } from './wire.js'
import type { Written } from './written.js'

/** What can be read and is kept up to date. */
export interface Reads {
  /** All resources that take bookings, however many pages they fill. */
  readonly resources: (initial?: readonly Resource[]) => Fetched<readonly Resource[]>
  /** A resource and its settings, read again when the stream tells that it has changed. */
  readonly resource: (id: ResourceId, initial?: Resource) => Fetched<Resource>
  /**
   * Which days of a range have something to offer. Here as elsewhere, `initial` is what a
   * server that rendered the page has read: it is shown until the browser has read for itself.
   */
  readonly month: (query: MonthQuery, initial?: MonthAvailability) => Store<LoadedMonth>
  /** The slots of one day, with what is held and booked by now. */
  readonly daySlots: (query: SlotQuery, initial?: SlotList) => Store<DaySlots>
  /** The live holds of a range of UTC days. */
  readonly presence: (id: ResourceId, range: DayRange) => Store<readonly PresenceHold[]>
}

/** What reading needs. */
interface Sources extends Pick<Written, 'writes'> {
  readonly api: Api
  readonly days: (id: ResourceId) => DayStore
  readonly hold: (id: ResourceId) => SlotHold
  readonly clock: ServerClock
}

/** The stores of one client: one for each thing that is asked for. */
export function readsOf(platform: Platform, { api, writes, days, hold, clock }: Sources): Reads {
  const view = keep()

  const resourceOf = (id: ResourceId): Fetched<Resource> => {
    const its = fetched(platform, () => api.resource(id))
    const { subscribe } = listeners((notify) => [
      its.subscribe(notify),
      days(id).onStale(its.refresh),
      ...showing(days(id), its),
    ])
    return { ...its, subscribe }
  }

  const allResources = async (): Promise<Answer<readonly Resource[]>> => {
    const all: Resource[] = []
    for (let cursor: string | undefined; ;) {
      const answer = await api.resources(cursor)
      if (answer.kind !== 'ok') return answer
      all.push(...answer.value.resources)
      cursor = answer.value.nextCursor
      if (cursor === undefined) return { ...answer, value: all }
    }
  }

  return {
    resources: (initial) => {
      const all = view(['resources'], () => fetched(platform, allResources))
      all.begin(initial)
      return all
    },
    resource: (id, initial) => {
      const its = view(['resource', id], () => resourceOf(id))
      its.begin(initial)
      return its
    },
    month: (query, initial) => {
      const { resourceId, from, to, duration, quantity, timezone } = query
      const key = [resourceId, from, to, duration, quantity, timezone]
      const load = () => api.availability(query)
      const list = view(['availability', ...key], () =>
        fetched(platform, load, () => writes(resourceId)),
      )
      list.begin(initial)
      return view(['month', ...key], () => monthOf(platform, days(resourceId), list, query))
    },
    daySlots: (query, initial) => {
      const { resourceId, date, duration, quantity, interval, timezone } = query
      const key = [resourceId, date, duration, quantity, interval, timezone]
      const load = () => api.slots(query)
      const list = view(['list', ...key], () => fetched(platform, load, () => writes(resourceId)))
      list.begin(initial)
      return view(['slots', ...key], () =>
        daySlotsOf(query, list, days(resourceId), hold(resourceId), clock),
      )
    },
    presence: (id, { from, to }) =>
      view(['presence', id, from, to], () => presenceOf(days(id), { from, to })),
  }
}
