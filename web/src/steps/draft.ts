import type { Attendee } from '@slotkeeper/client'
import type { TextKey } from '../i18n/text.js'

/** What a visitor has typed into the form. */
export interface Draft {
  readonly name: string
  readonly email: string
  readonly notes: string
}

export const EMPTY_DRAFT: Draft = { name: '', email: '', notes: '' }

/** Characters that the server takes at most. */
export const LIMITS = { name: 200, email: 254, notes: 2000 } as const

/** By field, what is wrong with it. */
export type DraftErrors = { readonly [Field in keyof Draft]?: TextKey | undefined }

/** Something before one `@`, and a domain with a dot: only sending a mail would tell more. */
const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/

/** What the server would refuse, told before it is asked. */
export function errorsOf({ name, email, notes }: Draft): DraftErrors {
  return {
    name: nameError(name.trim()),
    email: emailError(email.trim()),
    notes: notes.length > LIMITS.notes ? 'details.notes.long' : undefined,
  }
}

function nameError(name: string): TextKey | undefined {
  if (name === '') return 'details.name.missing'
  return name.length > LIMITS.name ? 'details.name.long' : undefined
}

function emailError(email: string): TextKey | undefined {
  if (email === '') return 'details.email.missing'
  return email.length > LIMITS.email || !EMAIL.test(email) ? 'details.email.wrong' : undefined
}

/** The fields that are wrong, in the form's order. */
export const wrongFields = (errors: DraftErrors): (keyof Draft)[] =>
  (['name', 'email', 'notes'] as const).filter((field) => errors[field])

/** Who comes, as the server takes it. */
export function attendeeOf({ name, email, notes }: Draft): Attendee {
  const kept = notes.trim()
  return { name: name.trim(), email: email.trim(), ...(kept && { notes: kept }) }
}
