import type { Refused } from '../booker/flow.js'
import { useSpeech } from '../i18n/speech.js'
import type { TextKey } from '../i18n/text.js'
import { Note } from './Note.js'

const TEXTS: Readonly<Record<string, TextKey>> = {
  held_by_other: 'refused.held',
  booked: 'refused.booked',
  past: 'refused.past',
  closed: 'refused.closed',
  resource_retired: 'refused.retired',
  resource_not_found: 'refused.retired',
  duration_not_offered: 'refused.duration',
  unreachable: 'refused.unreachable',
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
    say(TEXTS[refused.error.kind] ?? 'refused.other', {
      time: formats.time(refused.choice.start, zone),
      duration: formats.duration(refused.choice.duration),
    })
  return <Note text={text} onNoted={onNoted} />
}
