import { useSpeech } from '../i18n/speech.js'

export interface NoticeProps {
  readonly title: string
  readonly hint?: string
  /** Whether to show the way home. */
  readonly home?: boolean
  readonly onAgain?: () => void
}

/** A page that has nothing to show but a sentence, and a way on. */
export function Notice({ title, hint, home, onAgain }: NoticeProps) {
  const { say } = useSpeech()
  return (
    <section className="card notice">
      <h1>{title}</h1>
      {hint && <p className="quiet">{hint}</p>}
      <p className="actions">
        {onAgain && (
          <button type="button" className="button primary" onClick={onAgain}>
            {say('error.retry')}
          </button>
        )}
        {home && (
          <a className="button" href="/">
            {say('app.home')}
          </a>
        )}
      </p>
    </section>
  )
}
