import type { Failure } from '@slotkeeper/client'
import { useSpeech } from '../i18n/speech.js'
import type { TextKey } from '../i18n/text.js'
import { Alert } from '../page/icons.js'
import { isOpen } from '../booker/flow.js'

export interface FailureNoteProps {
  readonly failure: Failure | undefined
  readonly time: string
}

const textOf = (failure: Failure): TextKey => {
  if (isOpen(failure)) return 'booking.failed.unknown'
  return failure.kind === 'busy' ? 'booking.failed.busy' : 'booking.failed.other'
}

/** Says what is known when no answer of its own came to the booking. */
export function FailureNote({ failure, time }: FailureNoteProps) {
  const { say } = useSpeech()
  return (
    <div role="alert">
      {failure && (
        <div className="note">
          <Alert />
          <p>{say(textOf(failure), { time })}</p>
        </div>
      )}
    </div>
  )
}
