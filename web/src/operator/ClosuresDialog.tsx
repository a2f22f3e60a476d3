import type { Day, HoursException, Resource } from '@slotkeeper/client'
import { type FormEvent, useCallback, useEffect, useId, useRef, useState } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { Field } from '../steps/Field.js'
import { useOperator } from './useOperator.js'
import { usePolled } from './usePolled.js'

export interface ClosuresDialogProps {
  readonly resource: Resource
  readonly zone: string
  readonly today: Day
  readonly onClose: () => void
}

/** Milliseconds between two looks at the closures that are open. */
const EVERY_MS = 10_000

/** Characters that a label may have. */
const LABEL_MAX = 120

/** The closed days of a resource, and the means to add and to remove one. */
export function ClosuresDialog({ resource, zone, today, onClose }: ClosuresDialogProps) {
  const { api, tell } = useOperator()
  const { resourceId } = resource
  const dialog = useRef<HTMLDialogElement>(null)
  const [changes, setChanges] = useState(0)
  // Another function, so that what was changed is read at once.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const read = useCallback(() => api.exceptions(resourceId), [api, resourceId, changes])
  const { value: exceptions, failed } = usePolled(read, EVERY_MS)
  useEffect(() => dialog.current?.showModal(), [])
  const changed = () => setChanges((count) => count + 1)
  return (
    <dialog className="dialog" ref={dialog} aria-labelledby="closures-title" onClose={onClose}>
      <h2 id="closures-title">{tell('closures.title', { resource: resource.name })}</h2>
      {exceptions === undefined && (
        <p className="quiet">{tell(failed ? 'detail.failed' : 'detail.loading')}</p>
      )}
      {exceptions?.length === 0 && <p className="quiet">{tell('closures.none')}</p>}
      <ul className="closures">
        {exceptions?.map((exception) => (
          <Closure
            key={exception.exceptionId}
            {...{ resource, exception, zone }}
            onChanged={changed}
          />
        ))}
      </ul>
      <CloseDay resource={resource} today={today} onChanged={changed} />
      <div className="actions">
        <button type="button" className="button" onClick={onClose}>
          {tell('detail.close')}
        </button>
      </div>
    </dialog>
  )
}

interface ClosureProps extends Pick<ClosuresDialogProps, 'resource' | 'zone'> {
  readonly exception: HoursException
  readonly onChanged: () => void
}

function Closure({ resource, exception, zone, onChanged }: ClosureProps) {
  const { api, tell } = useOperator()
  const { formats } = useSpeech()
  const [state, setState] = useState<'remove' | 'removing' | 'failed'>('remove')
  const { exceptionId, label, date, yearly, from, to } = exception
  const when = date
    ? formats.dayFull(date)
    : from && to
      ? formats.spanWithDay(
          { start: from, end: to } as Parameters<typeof formats.spanWithDay>[0],
          zone,
        )
      : tell('closures.yearly', { date: yearly ?? '' })
  const remove = async () => {
    if (state === 'removing') return
    setState('removing')
    try {
      await api.reopen(resource.resourceId, exceptionId)
      onChanged()
    } catch {
      setState('failed')
    }
  }
  return (
    <li>
      <span>
        <strong>{label}</strong>
        <br />
        <span className="quiet">{when}</span>
      </span>
      <button
        type="button"
        className="button"
        aria-label={tell('closures.remove.label', { label, when })}
        onClick={() => void remove()}
      >
        {tell('closures.remove')}
      </button>
      <p role="alert" className="field-error">
        {state === 'failed' && tell('closures.failed')}
      </p>
    </li>
  )
}

interface CloseDayProps extends Pick<ClosuresDialogProps, 'resource' | 'today'> {
  readonly onChanged: () => void
}

/** Closes a day, and says whom that meets. */
function CloseDay({ resource, today, onChanged }: CloseDayProps) {
  const { api, tell } = useOperator()
  const id = useId()
  const [date, setDate] = useState<string>(today)
  const [label, setLabel] = useState('')
  const [told, setTold] = useState<string>()
  const [failed, setFailed] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setFailed(false)
    setTold(undefined)
    try {
      const closure = { date: date as Day, label: label.trim() }
      const bookings = await api.close(resource.resourceId, closure)
      setTold(tell('closures.added', { bookings: bookings ?? 0 }))
      setLabel('')
      onChanged()
    } catch {
      setFailed(true)
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <h3>{tell('closures.add')}</h3>
      <div className="field">
        <label htmlFor={id}>{tell('closures.date')}</label>
        <input
          id={id}
          type="date"
          required
          value={date}
          onChange={({ target }) => setDate(target.value)}
        />
      </div>
      <Field
        name="label"
        label={tell('closures.label')}
        value={label}
        maxLength={LABEL_MAX}
        required
        error={failed ? tell('closures.failed') : undefined}
        onChange={setLabel}
      />
      <p role="status" className="quiet">
        {told}
      </p>
      <button type="submit" className="button primary">
        {tell('closures.close')}
      </button>
    </form>
  )
}
