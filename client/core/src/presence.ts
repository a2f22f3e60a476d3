import type { DayStore } from './dayStore.js'
import type { Store } from './store.js'
import { type DayRange, daysIn } from './time/day.js'
import { msOf } from './time/instant.js'
import type { PresenceHold } from './time/slots.js'

/** The live holds of a range of UTC days, by start: one entry each, however many days it has. */
export function presenceOf(store: DayStore, range: DayRange): Store<readonly PresenceHold[]> {
  let mark = '[]'
  let holds: readonly PresenceHold[] = []
  return {
    subscribe: (listener) => store.watch(range, listener),
    getSnapshot: () => {
      const all = daysIn(range).flatMap((date) => store.day(date)?.holds ?? [])
      const byId = [...new Map(all.map((hold) => [hold.holdId, hold])).values()]
      byId.sort((a, b) => msOf(a.start) - msOf(b.start))
      const next = JSON.stringify(byId)
      if (next !== mark) holds = byId
      mark = next
      return holds
    },
  }
}
