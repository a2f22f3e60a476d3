import { type FormEvent, type ReactNode, useMemo, useState } from 'react'
import { Field } from '../steps/Field.js'
import { localOf } from '../time/zone.js'
import { adminApi, tryKey } from './adminApi.js'
import { forgetKey, keepKey, keptKey } from './keptKey.js'
import { type OperatorSay, OperatorProvider } from './useOperator.js'

/** The longest key that the server takes. */
const KEY_MAX = 256

/** Shows its children to who has the admin key. */
export function KeyGate({ tell, children }: { tell: OperatorSay; children: ReactNode }) {
  const [key, setKey] = useState(keptKey)
  const operator = useMemo(
    () =>
      key === undefined
        ? undefined
        : {
            api: adminApi(key),
            tell,
            onRefused: () => {
              forgetKey()
              setKey(undefined)
            },
          },
    [key, tell],
  )
  if (operator) return <OperatorProvider value={operator}>{children}</OperatorProvider>
  return (
    <KeyForm
      tell={tell}
      onKey={(good) => {
        keepKey(good)
        setKey(good)
      }}
    />
  )
}

function KeyForm({ tell, onKey }: { tell: OperatorSay; onKey: (key: string) => void }) {
  const [typed, setTyped] = useState('')
  const [refused, setRefused] = useState<'wrong' | 'off' | 'unreachable'>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const result = await tryKey(typed, localOf(Date.now(), 'UTC').day)
    if (result === 'ok') onKey(typed)
    else setRefused(result)
  }
  return (
    <form className="card key-form" onSubmit={(event) => void submit(event)}>
      <h1>{tell('key.title')}</h1>
      <p className="quiet">{tell('key.hint')}</p>
      <Field
        name="key"
        type="password"
        label={tell('key.label')}
        value={typed}
        onChange={setTyped}
        maxLength={KEY_MAX}
        autoComplete="current-password"
        required
        error={refused && tell(`key.${refused}`)}
      />
      <button type="submit" className="button primary">
        {tell('key.open')}
      </button>
    </form>
  )
}
