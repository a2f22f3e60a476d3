// Compiled by `npm run typecheck`, never run: what may be written, and what may not.
import { expectTypeOf } from 'vitest'
import {
  type Answer,
  type Booking,
  type BookingId,
  type Failure,
  type HeldSlot,
  type HoldId,
  type Interval,
  isRefusal,
  type Resource,
  type ResourceId,
  type Slot,
  type SlotkeeperClient,
  type SlotList,
} from '../src/index.js'

declare const client: SlotkeeperClient
declare const holdId: HoldId
declare const answer: Answer<Booking>
declare const held: HeldSlot
declare const list: SlotList
declare const resource: Resource

// Resources, days and instants are written by people, plainly.
client.hold('studio-a')
client.daySlots({ resourceId: 'studio-a', date: '2026-11-24', duration: 60 })
void client.hold('studio-a').place({ start: '2026-11-24T13:00:00.000Z', duration: 60 })

// What is none of these is told at once.
// @ts-expect-error -- a hold is no resource
client.hold(holdId)
// @ts-expect-error -- an id is made by the server, or taken by `bookingId`
client.managed('booking-1', 'secret')
// @ts-expect-error -- a day is a date
client.daySlots({ resourceId: 'studio-a', date: 'tomorrow', duration: 60 })
// @ts-expect-error -- an instant is in UTC
void client.hold('studio-a').place({ start: '2026-11-24T13:00:00+01:00', duration: 60 })

// Answers are told apart by their kind, to the last one.
if (answer.kind === 'ok') expectTypeOf(answer.value.bookingId).toEqualTypeOf<BookingId>()
else if (answer.kind === 'held_by_other')
  expectTypeOf(answer.conflicts).items.toEqualTypeOf<Interval>()
else if (isRefusal(answer)) expectTypeOf(answer.detail).toBeString()
else expectTypeOf(answer).toEqualTypeOf<Failure>()

// The ids and times of the API's document are told apart too.
expectTypeOf(held.holdId).toEqualTypeOf<HoldId>()
expectTypeOf(held.expiresInMs).toBeNumber()
expectTypeOf(list.slots[0]?.start).toEqualTypeOf<Slot['start'] | undefined>()
expectTypeOf(resource.resourceId).toEqualTypeOf<ResourceId>()
expectTypeOf(resource.hours?.mon?.[0]?.from).toEqualTypeOf<string | undefined>()

// A hold is told apart by its status.
const hold = client.hold('studio-a').getSnapshot()
if (hold.status === 'held') expectTypeOf(hold.holdId).toEqualTypeOf<HoldId>()
// @ts-expect-error -- a hold that is asked for has no id yet
if (hold.status === 'holding') void hold.holdId
// @ts-expect-error -- snapshots are for reading
client.daySlots({ resourceId: 'a', date: '2026-11-24', duration: 60 }).getSnapshot().all = []
