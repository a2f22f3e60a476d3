import { at, DAY, dayAhead } from './test.js'
import { putResource, type Settings, visitor } from './visitor.js'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

const open = (from: string, to: string, days = DAYS): Settings =>
  Object.fromEntries(days.map((day) => [day, [{ from, to }]]))

/** Registers what somebody would rent out, and has others come before the pictures are taken. */
export async function furnish(api: string): Promise<void> {
  const there = { timezone: 'Europe/Berlin', slotInterval: 60 }
  // Leases that outlast the taking of the pictures.
  const studio = { ...there, durations: [60, 120, 300], leaseMs: 600_000 }
  const evenings = open('09:00', '22:00', DAYS.slice(0, 6))
  await putResource(api, 'studio-a', { ...studio, name: 'Studio A', hours: evenings })
  const hasty = { holdMaxMs: 50_000, leaseMs: 10_000, checkoutLeaseMs: 50_000 }
  await putResource(api, 'studio-b', {
    ...studio,
    ...hasty,
    name: 'Studio B',
    hours: open('10:00', '20:00'),
  })
  await putResource(api, 'meeting-room', {
    ...there,
    name: 'Meeting room',
    durations: [30, 60, 120],
    leaseMs: 600_000,
    hours: open('08:00', '18:00', DAYS.slice(0, 5)),
  })
  const [early, late] = [await visitor(api), await visitor(api)]
  await early.book('studio-a', at(10), 60)
  await early.book('studio-a', at(12), 120)
  await early.hold('studio-a', at(15), 60)
  await late.hold('studio-a', at(19), 120)
  await work(api)
}

/** Days until the next one on which all is open. */
export const DAYS_TO_WORK = [1, 2, 3].find((days) => isWorkday(dayAhead(days))) ?? 1

function isWorkday(day: string): boolean {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay()
  return weekday >= 1 && weekday <= 5
}

/** Fills a day for the operator. */
async function work(api: string): Promise<void> {
  const [some, other] = [await visitor(api), await visitor(api)]
  const of = (hour: number, minute = 0) => at(hour, minute, dayAhead(DAYS_TO_WORK))
  await some.book('studio-a', of(10), 60)
  await some.book('studio-a', of(12), 120)
  await some.book('studio-a', of(17), 300)
  await some.book('studio-b', of(11), 120)
  await some.book('studio-b', of(18), 60)
  await some.book('meeting-room', of(9), 60)
  await some.book('meeting-room', of(14), 120)
  await some.hold('studio-a', of(15), 60)
  await other.hold('meeting-room', of(11), 60)
}

/** The addresses of the pages. */
export const paths = {
  studio: `/r/studio-a?day=${DAY}&duration=60`,
  hasty: `/r/studio-b?day=${DAY}&duration=60`,
}
