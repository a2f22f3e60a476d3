import type { Slot } from '@slotkeeper/client'
import { localOf } from '../time/zone.js'

/** Parts of a day, by the minute that each begins at. */
const PARTS = [
  ['night', 0],
  ['morning', 6 * 60],
  ['afternoon', 12 * 60],
  ['evening', 18 * 60],
] as const

export type PartName = (typeof PARTS)[number][0]

/** Slots that begin in one part of the day, in order. */
export interface DayPart {
  readonly part: PartName
  readonly slots: readonly Slot[]
}

const partOf = ({ start }: Slot, zone: string): PartName => {
  const { minute } = localOf(Date.parse(start), zone)
  return PARTS.findLast(([, from]) => minute >= from)?.[0] ?? 'night'
}

/** Splits a day's slots where a part of the day ends. Their order stays. */
export function partsOf(slots: readonly Slot[], zone: string): DayPart[] {
  const parts: { part: PartName; slots: Slot[] }[] = []
  for (const slot of slots) {
    const part = partOf(slot, zone)
    const last = parts.at(-1)
    if (last?.part === part) last.slots.push(slot)
    else parts.push({ part, slots: [slot] })
  }
  return parts
}

/** Times from which on a list is long: more than are seen at once. */
const LONG_FROM = 25

/** The time that a long list opens at: the first one after the night. Nothing where it is short. */
export function openingOf(parts: readonly DayPart[]): Slot | undefined {
  const count = parts.reduce((sum, { slots }) => sum + slots.length, 0)
  if (count < LONG_FROM || parts.length < 2) return undefined
  const byDay = parts.find(({ part }) => part !== 'night') ?? parts[0]
  return byDay?.slots[0]
}

/** The first time of the part of the day before or after that of `from`, by Page Up and Down. */
export function jumpOf(
  key: string,
  parts: readonly DayPart[],
  from: Slot['start'] | undefined,
): Slot | undefined {
  const step = { PageUp: -1, PageDown: 1 }[key]
  if (!step) return undefined
  const here = parts.findIndex(({ slots }) => slots.some(({ start }) => start === from))
  return parts[here + step]?.slots[0]
}
