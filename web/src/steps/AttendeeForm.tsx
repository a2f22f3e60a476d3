import { type FormEvent, useRef, useState } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { type Draft, type DraftErrors, errorsOf, LIMITS, wrongFields } from './draft.js'
import { FailureNote } from './FailureNote.js'
import { Field } from './Field.js'
import type { Details } from '../booker/flow.js'

export interface AttendeeFormProps {
  readonly draft: Draft
  readonly onDraft: (draft: Draft) => void
  readonly details: Details
  /** The time that is being booked. */
  readonly time: string
  readonly onBack: () => void
  readonly onSubmit: () => void
}

/** The form that a booking needs. */
export function AttendeeForm(props: AttendeeFormProps) {
  const { draft, onDraft, details, time, onBack, onSubmit } = props
  const { say } = useSpeech()
  const form = useRef<HTMLFormElement>(null)
  const [shown, setShown] = useState(false)
  const errors: DraftErrors = shown ? errorsOf(draft) : {}
  const wrong = wrongFields(errors)
  const { sending = false, attempt, lost, failure } = details
  // What was sent, and perhaps booked, can't be another text when it is asked for again.
  const settled = attempt !== undefined

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setShown(true)
    const [first] = wrongFields(errorsOf(draft))
    if (first) form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus()
    else if (!lost && !sending) onSubmit()
  }

  const field = (name: keyof Draft) => ({
    name,
    label: say(`details.${name}`),
    value: draft[name],
    error: errors[name] && say(errors[name]),
    readOnly: settled,
    maxLength: LIMITS[name],
    onChange: (value: string) => onDraft({ ...draft, [name]: value }),
  })

  return (
    <form className="form" ref={form} noValidate onSubmit={submit}>
      <Field {...field('name')} autoComplete="name" required />
      <Field {...field('email')} type="email" autoComplete="email" required />
      <Field {...field('notes')} multiline hint={say('details.optional')} />
      <p role="status" className="unseen">
        {wrong.length > 0 ? say('details.errors', { count: wrong.length }) : ''}
      </p>
      <FailureNote failure={failure} time={time} />
      <div className="form-actions">
        <button type="button" className="button" onClick={onBack} disabled={settled}>
          {say('details.back')}
        </button>
        <button type="submit" className="button primary" aria-disabled={sending || !!lost}>
          {sending
            ? say('details.sending')
            : say(settled ? 'booking.failed.again' : 'details.submit')}
        </button>
      </div>
    </form>
  )
}
