import { useId } from 'react'

export interface FieldProps {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error?: string | undefined
  readonly hint?: string
  readonly type?: 'text' | 'email' | 'password'
  readonly autoComplete?: string
  readonly maxLength: number
  readonly required?: boolean
  readonly readOnly?: boolean
  readonly multiline?: boolean
}

/** A labelled field; the line for its error is there before the error is. */
export function Field(props: FieldProps) {
  const { label, hint, error, multiline, onChange, type = 'text', ...rest } = props
  const id = useId()
  const shared = {
    ...rest,
    id,
    'aria-invalid': error !== undefined,
    'aria-describedby': `${id}-error`,
  }
  return (
    <div className="field">
      <label htmlFor={id}>
        {label} {hint && <span className="quiet">({hint})</span>}
      </label>
      {multiline ? (
        <textarea {...shared} rows={3} onChange={({ target }) => onChange(target.value)} />
      ) : (
        <input {...shared} type={type} onChange={({ target }) => onChange(target.value)} />
      )}
      <p className="field-error" id={`${id}-error`}>
        {error}
      </p>
    </div>
  )
}
