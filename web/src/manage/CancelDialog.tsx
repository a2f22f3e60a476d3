import { useEffect, useRef, useState } from 'react'
import { useSpeech } from '../i18n/speech.js'

export interface CancelDialogProps {
  readonly onCancel: () => Promise<string | undefined>
  readonly onClose: () => void
}

/** Asks before what can't be taken back. */
export function CancelDialog({ onCancel, onClose }: CancelDialogProps) {
  const { say } = useSpeech()
  const dialog = useRef<HTMLDialogElement>(null)
  const [sending, setSending] = useState(false)
  const [error, setError] = useState<string>()
  useEffect(() => dialog.current?.showModal(), [])

  const cancel = async () => {
    setSending(true)
    const failed = await onCancel()
    setSending(false)
    setError(failed)
    if (!failed) onClose()
  }

  return (
    <dialog className="dialog" ref={dialog} aria-labelledby="cancel-title" onClose={onClose}>
      <h2 id="cancel-title">{say('manage.cancel.title')}</h2>
      <p>{say('manage.cancel.hint')}</p>
      <p role="alert" className="field-error">
        {error}
      </p>
      <p className="actions">
        <button type="button" className="button" onClick={onClose}>
          {say('manage.cancel.no')}
        </button>
        <button
          type="button"
          className="button danger"
          aria-disabled={sending}
          onClick={() => void (!sending && cancel())}
        >
          {say(sending ? 'manage.cancelling' : 'manage.cancel.yes')}
        </button>
      </p>
    </dialog>
  )
}
