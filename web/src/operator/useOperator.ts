import { createContext, useContext } from 'react'
import type { Say } from '../i18n/text.js'
import type { AdminApi } from './adminApi.js'
import type texts from './en.json'

/** The operator's own texts. */
export type OperatorSay = Say<keyof typeof texts>

/** What every part of the operator's page needs. */
export interface Operator {
  readonly api: AdminApi
  readonly tell: OperatorSay
  /** Called when the server takes the key no longer. */
  readonly onRefused: () => void
}

const Context = createContext<Operator | undefined>(undefined)

export const OperatorProvider = Context.Provider

export function useOperator(): Operator {
  const operator = useContext(Context)
  if (!operator) throw new Error('No OperatorProvider is above this component.')
  return operator
}
