import { useEffect, useRef } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { Alert, Cross } from '../page/icons.js'

export interface NoteProps {
  /** Nothing: there is nothing to say. */
  readonly text: string | undefined
  readonly onNoted: () => void
}

/** Says something kindly, and moves nothing. When it is put away, the focus goes back. */
export function Note({ text, onNoted }: NoteProps) {
  const { say } = useSpeech()
  const place = useRef<HTMLDivElement>(null)
  const before = useRef<HTMLElement>(null)
  useEffect(() => {
    const root = place.current?.getRootNode() as Document | ShadowRoot
    if (text) before.current = root.activeElement as HTMLElement | null
  }, [text])
  const putAway = () => {
    onNoted()
    const heading = place.current?.closest('.booker')?.querySelector<HTMLElement>('[data-focus]')
    const target = before.current?.isConnected ? before.current : heading
    target?.focus({ preventScroll: true })
  }
  // The region is there before its words are: screen readers miss one that comes with them.
  return (
    <div className="note-place" ref={place}>
      <div className={text && 'note'}>
        {text && <Alert />}
        <p role="status">{text}</p>
        {text && (
          <button
            type="button"
            className="icon-button"
            aria-label={say('app.dismiss')}
            onClick={putAway}
          >
            <Cross />
          </button>
        )}
      </div>
    </div>
  )
}
