import type { Failure, Refusal } from '@slotkeeper/client'
import { useSpeech } from '../i18n/speech.js'
import { errorTexts } from './errorTexts.js'
import { Notice } from './Notice.js'

/** Says why a resource can't be shown. */
export function ErrorNotice({
  error,
  onAgain,
}: {
  readonly error: Refusal | Failure
  readonly onAgain: () => void
}) {
  const { say } = useSpeech()
  if (error.kind === 'resource_not_found' || error.kind === 'invalid') {
    return <Notice title={say('error.resource')} hint={say('app.notFound.hint')} home />
  }
  if (error.kind === 'resource_retired') return <Notice title={say('error.retired')} home />
  const { title, hint } = errorTexts(error)
  return <Notice title={say(title)} {...(hint && { hint: say(hint) })} onAgain={onAgain} />
}
