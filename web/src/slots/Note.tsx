import { useSpeech } from '../i18n/speech.js'
import { Alert, Cross } from '../page/icons.js'

export interface NoteProps {
  /** Nothing: there is nothing to say. */
  readonly text: string | undefined
  readonly onNoted: () => void
}

/** Says something kindly. It lies over the page and moves nothing. */
export function Note({ text, onNoted }: NoteProps) {
  const { say } = useSpeech()
  // The region is there before its words are: screen readers miss one that comes with them.
  return (
    <div role="status" className="note-place">
      {text && (
        <div className="note">
          <Alert />
          <p>{text}</p>
          <button
            type="button"
            className="icon-button"
            aria-label={say('app.dismiss')}
            onClick={onNoted}
          >
            <Cross />
          </button>
        </div>
      )}
    </div>
  )
}
