import { useSpeech } from '../i18n/speech.js'
import type { TextKey } from '../i18n/text.js'
import { Alert } from '../page/icons.js'
import type { Details } from '../booker/flow.js'

export interface LostNoteProps {
  readonly details: Details
  /** The time that was held. */
  readonly time: string
  readonly onAgain: () => void
  readonly onOther: () => void
}

const TEXTS = {
  lost: 'lost.lost',
  expired: 'lost.expired',
  taken: 'booking.failed.taken',
  past: 'lost.past',
  retired: 'lost.retired',
  refused: 'lost.refused',
} as const satisfies Record<string, TextKey>

const AGAIN_TEXTS = {
  taken: 'lost.gone',
  past: 'lost.past',
  retired: 'lost.retired',
  refused: 'lost.refused',
  unreachable: 'refused.unreachable',
} as const satisfies Record<string, TextKey>

const mayBeHeldAgain = ({ lost, again }: Details): boolean =>
  (lost === 'lost' || lost === 'expired') &&
  (again === undefined || again === 'asking' || again === 'unreachable')

/** Says kindly that the time is no longer held, and shows the ways on. */
export function LostNote({ details, time, onAgain, onOther }: LostNoteProps) {
  const { say } = useSpeech()
  const { lost = 'lost', again } = details
  const asking = again === 'asking'
  return (
    <div className="note lost" role="alert">
      <Alert />
      <div>
        <p>
          <strong>{say('lost.title')}</strong>
        </p>
        <p>{again && !asking ? say(AGAIN_TEXTS[again], { time }) : say(TEXTS[lost], { time })}</p>
        <p className="actions">
          {mayBeHeldAgain(details) && (
            <button
              type="button"
              className="button primary"
              aria-disabled={asking}
              onClick={() => !asking && onAgain()}
            >
              {asking ? say('lost.again.asking') : say('lost.again', { time })}
            </button>
          )}
          <button type="button" className="button" onClick={onOther}>
            {say('lost.other')}
          </button>
        </p>
      </div>
    </div>
  )
}
