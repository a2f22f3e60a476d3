import type { Day, Month, Resource } from '@slotkeeper/client'
import { useState } from 'react'
import type { DayOffer } from '../calendar/Calendar.js'
import { addMonths, firstDayOf, lastDayOf, type MonthKey, monthKeyOf } from '../calendar/month.js'
import { type MonthAvailability, useMonthAvailability } from '@slotkeeper/react'
import { useToday } from '../time/useToday.js'
import { isKnown as isKnownZone, isZoneRefused, sameClocks, zoneFor } from '../time/zone.js'

/** Months ahead that can be looked at: as far as the server looks for the next free time. */
const MONTHS_AHEAD = 24

/** What a link to a resource may ask for. */
export interface Wish {
  readonly day?: Day | undefined
  /** Minutes. */
  readonly duration?: number | undefined
  /** Seats. */
  readonly quantity?: number | undefined
}

/** What of a resource somebody looks at. */
export interface Look {
  readonly resource: Resource
  readonly duration: number
  readonly setDuration: (minutes: number) => void
  /** How many seats are wanted, 1 to what the resource carries. */
  readonly quantity: number
  readonly setQuantity: (seats: number) => void
  /** The zone that times are shown in. */
  readonly zone: string
  readonly setZone: (zone: string) => void
  /** The visitor's and the resource's: one where their clocks show the same. */
  readonly zones: readonly string[]
  readonly today: Day
  readonly last: Day
  readonly month: MonthKey
  readonly setMonth: (month: MonthKey) => void
  readonly day: Day | undefined
  readonly setDay: (day: Day) => void
  readonly offers: DayOffer
  /** By which exception to the opening hours a day has no start. */
  readonly closedBy: (day: Day) => string | undefined
  /** The month's availability, as far as it is known. */
  readonly loaded: MonthAvailability
}

/** The smallest duration leaves the most to choose from, unless the link asks for another. */
const durationOf = ({ durations }: Resource, wished: number | undefined): number =>
  durations.find((minutes) => minutes === wished) ?? Math.min(...durations)

function zonesFor({ timezone }: Resource): readonly string[] {
  const own = zoneFor(timezone)
  if (!isKnownZone(timezone)) return [own]
  return sameClocks(own, timezone, Date.now()) ? [timezone] : [own, timezone]
}

/** Keeps what a visitor looks at: duration, seats, zone, month and day. */
export function useLook(resource: Resource, wish: Wish): Look {
  const [zones, setZones] = useState(() => zonesFor(resource))
  const [zone, setZone] = useState(zones[0] ?? resource.timezone)
  const [duration, setDuration] = useState(() => durationOf(resource, wish.duration))
  // The operator may take a duration away while the page is open.
  if (!resource.durations.includes(duration)) setDuration(durationOf(resource, undefined))
  const capacity = resource.capacity ?? 1
  const [wanted, setQuantity] = useState(wish.quantity ?? 1)
  // The operator may take seats away too.
  const quantity = Math.min(wanted, capacity)
  const today = useToday(zone)
  const last = lastDayOf(addMonths(monthKeyOf(today), MONTHS_AHEAD))
  const wished = wish.day && wish.day >= today && wish.day <= last ? wish.day : undefined
  const [day, setDay] = useState(wished)
  const [month, setMonth] = useState(monthKeyOf(wished ?? today))

  const first = firstDayOf(month)
  const loaded = useMonthAvailability({
    resourceId: resource.resourceId,
    from: first < today ? today : first,
    to: lastDayOf(month),
    duration,
    quantity,
    timezone: zone,
  })

  // The browser knows a zone that the server does not: the place's own is left.
  if (isZoneRefused(loaded.error) && zone !== resource.timezone) {
    setZones([resource.timezone])
    setZone(resource.timezone)
  }

  // Nobody has to hunt for the first free day: it is open when the page is.
  const firstFree = day === undefined && isKnown(loaded) ? firstFreeOf(loaded.days) : undefined
  if (firstFree) setDay(firstFree)

  return {
    resource,
    duration,
    setDuration,
    quantity,
    setQuantity,
    zone,
    setZone,
    zones,
    today,
    last,
    month,
    setMonth,
    day: day !== undefined && day < today ? today : day,
    setDay,
    offers: (date) => loaded.days[date],
    closedBy: (date) => loaded.closedBy[date],
    loaded,
  }
}

/** Whether the days are those of the month that is looked at. */
const isKnown = ({ loading, previous, error }: MonthAvailability): boolean =>
  !loading && !previous && !error

const firstFreeOf = (month: Month): Day | undefined =>
  (Object.entries(month) as [Day, boolean][])
    .filter(([, free]) => free)
    .map(([day]) => day)
    .toSorted()[0]

/** Whether a month is known to have nothing on offer. */
export const isFull = (loaded: MonthAvailability): boolean =>
  isKnown(loaded) && !Object.values(loaded.days).some(Boolean)

/** Whether a resource has hours, and none in which it is open. */
export const isClosed = ({ hours }: Resource): boolean =>
  hours !== undefined && !Object.values(hours).some((day) => day.length > 0)
