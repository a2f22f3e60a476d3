import type { Refused } from '../booker/flow.js'
import { useSpeech } from '../i18n/speech.js'
import type { TextKey } from '../i18n/text.js'
import { Note } from './Note.js'

/** A text for each kind; a kind without one does not compile. */
const TEXTS: Readonly<Record<Refused['error']['kind'], TextKey>> = {
  held_by_other: 'refused.held',
  booked: 'refused.booked',
  buffer: 'refused.buffer',
  past: 'refused.past',
  closed: 'refused.closed',
  duration_not_offered: 'refused.duration',
  quantity_not_offered: 'refused.seats',
  hold_lost: 'refused.other',
  hold_mismatch: 'refused.other',
  resource_not_found: 'refused.retired',
  resource_retired: 'refused.retired',
  too_many_exceptions: 'refused.other',
  booking_not_found: 'refused.other',
  booking_cancelled: 'refused.other',
  booking_ended: 'refused.other',
  idempotency_key_reused: 'refused.other',
  precondition_failed: 'refused.other',
  invalid: 'refused.other',
  unauthorized: 'refused.other',
  unreachable: 'refused.unreachable',
  outcome_unknown: 'refused.unreachable',
  busy: 'refused.unreachable',
  broken: 'refused.unreachable',
}

export interface RefusedNoteProps {
  readonly refused: Refused | undefined
  readonly zone: string
  readonly onNoted: () => void
}

/** Says kindly why a time could not be had. */
export function RefusedNote({ refused, zone, onNoted }: RefusedNoteProps) {
  const { say, formats } = useSpeech()
  const text =
    refused &&
    say(TEXTS[refused.error.kind], {
      time: formats.time(refused.choice.start, zone),
      duration: formats.duration(refused.choice.duration),
    })
  return <Note text={text} onNoted={onNoted} />
}
