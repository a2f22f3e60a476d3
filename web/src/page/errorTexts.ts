import type { Failure, Refusal } from '@slotkeeper/client'
import type { TextKey } from '../i18n/text.js'

/** What to say in place of what could not be loaded. */
export interface ErrorTexts {
  readonly title: TextKey
  readonly hint?: TextKey
}

type Wrong = Refusal | Failure

/** Whether asking again would change nothing: what is asked for is not there, or no more. */
export const isOver = ({ kind }: Wrong): boolean =>
  kind === 'resource_retired' || kind === 'resource_not_found'

const isUnderWay = ({ kind }: Wrong): boolean => kind === 'unreachable'

/** Says what is wrong, and no more than is known. */
export function errorTexts(error: Wrong): ErrorTexts {
  if (error.kind === 'resource_retired') return { title: 'error.retired' }
  if (error.kind === 'resource_not_found') return { title: 'error.resource' }
  if (isUnderWay(error)) return { title: 'error.load', hint: 'error.load.hint' }
  if (error.kind === 'busy') return { title: 'error.load', hint: 'error.load.busy' }
  return { title: 'error.load' }
}
