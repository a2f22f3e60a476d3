import type { UnavailableReason } from '@slotkeeper/client'
import type { TextKey } from '../i18n/text.js'

/** What is said of a day on which a rule refuses everything; a rule without a text does not compile. */
const REFUSED: Readonly<Record<UnavailableReason, TextKey>> = {
  booked: 'calendar.day.full',
  held_by_other: 'calendar.day.full',
  buffer: 'calendar.day.full',
  past: 'calendar.day.full',
  closed: 'calendar.day.full',
  notice_too_short: 'calendar.day.late',
  beyond_horizon: 'calendar.day.far',
}

/** The words for a day: whether a start of it is available, and if time refuses all, why. */
export function dayText(
  offer: boolean | undefined,
  refusedBy: UnavailableReason | undefined,
): TextKey {
  if (offer === undefined) return 'calendar.day.unknown'
  if (offer) return 'calendar.day.available'
  return refusedBy ? REFUSED[refusedBy] : 'calendar.day.full'
}
