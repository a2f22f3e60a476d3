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
