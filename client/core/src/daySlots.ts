import type { Failure, Refusal } from './answer.js'
import type { SlotQuery } from './api.js'
import type { ServerClock } from './clock.js'
import type { DayStore } from './dayStore.js'
import { type Fetched, showing } from './fetched.js'
import type { SlotHold } from './slotHold.js'
import { presenceOf } from './presence.js'
import { listeners, type Store } from './store.js'
import type { ConnectionState } from './stream/sink.js'
import { type Day, daysIn, utcDaysAround } from './time/day.js'
import { type Buffers, deriveSlots, type Slot, type SlotState } from './time/slots.js'
import type { HoursException, SlotList } from './wire.js'

/** The starts of one local day, holds and bookings laid over them. Chronological throughout. */
export interface DaySlots {
  /** Every start of the day's lattice. */
  readonly all: readonly Slot[]
  /** What to show: the available and the reserved, in one order. */
  readonly merged: readonly Slot[]
  readonly available: readonly Slot[]
  readonly reserved: readonly Slot[]
  /** The exceptions to the resource's opening hours that say something of the day. */
  readonly exceptions: readonly HoursException[]
  /** What each of them keeps free before and after. Absent when nothing. */
  readonly buffers?: Buffers | undefined
  /** How many seats a quarter hour carries. Absent: one. */
  readonly capacity?: number | undefined
  /** Whether a list is on its way and none has come yet. */
  readonly loading: boolean
  readonly error?: Refusal | Failure | undefined
  /** Whether what is shown is what the server knows. */
  readonly connection: ConnectionState
}

/** Milliseconds between two looks at which starts have gone by: nobody tells of that. */
const PASS_EVERY_MS = 10_000

/**
 * The slots of one day and duration. The list is fetched once; what others book and hold is
 * laid over it as the stream tells, without another request.
 */
export function daySlotsOf(
  { date, duration, quantity = 1 }: SlotQuery,
  list: Fetched<SlotList>,
  store: DayStore,
  hold: SlotHold,
  clock: ServerClock,
): Store<DaySlots> {
  const utcDays = utcDaysAround({ from: date, to: date }, duration)
  const presence = presenceOf(store, utcDays)
  let mark: string | undefined
  let slots: DaySlots

  const { subscribe } = listeners((notify) => {
    const passing = setInterval(notify, PASS_EVERY_MS)
    return [
      list.subscribe(notify),
      store.watch(utcDays, notify),
      store.connection.subscribe(notify),
      store.onStale(list.refresh),
      ...showing(store, list),
      hold.subscribe(notify),
      () => clearInterval(passing),
    ]
  })

  const seatsOf = (days: readonly Day[]) => new Map(days.map((day) => [day, store.day(day)]))

  const derive = () => {
    const listed = list.getSnapshot().value?.slots ?? []
    const days = daysIn(utcDays)
    const busy = new Map(days.map((day) => [day, store.day(day)?.busySlots]))
    const kept = new Map(days.map((day) => [day, store.day(day)?.bufferSlots]))
    const buffers = list.getSnapshot().value?.buffers
    const capacity = list.getSnapshot().value?.capacity ?? 1
    const seats = capacity > 1 ? { capacity, wanted: quantity, days: seatsOf(days) } : undefined
    const live = { busy, kept, buffers, seats, nowMs: clock.nowMs() }
    return deriveSlots(listed, presence.getSnapshot(), duration, hold.owns, live)
  }

  /** Derives anew, which is cheap; the object stays the same while its content does. */
  const getSnapshot = () => {
    const all = derive()
    const { value, error } = list.getSnapshot()
    const connection = store.connection.getSnapshot()
    const exceptions = value?.exceptions ?? []
    const buffers = value?.buffers
    const rest = {
      exceptions,
      ...(buffers && { buffers }),
      ...(value?.capacity && { capacity: value.capacity }),
      loading: !value && !error,
      error,
      connection,
    }
    const next = JSON.stringify([all, rest])
    if (next === mark) return slots
    mark = next
    const inStates = (...states: SlotState[]) => all.filter(({ state }) => states.includes(state))
    return (slots = {
      all,
      merged: inStates('available', 'reserved'),
      available: inStates('available'),
      reserved: inStates('reserved'),
      ...rest,
    })
  }

  return { subscribe, getSnapshot }
}
