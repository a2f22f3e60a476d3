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

/** A character that shows something. */
const SHOWN = String.raw`[^\p{Z}\p{Cc}\p{Cf}\p{DI}\u2800]`

/** What chooses the form of a character before it, and what joins two: inside of words only. */
const SELECTORS = new RegExp(`(?<=${SHOWN})\\p{VS}`, 'gu')
const JOINERS = new RegExp(`(?<=${SHOWN})[\\u200c\\u200d](?=${SHOWN})`, 'gu')

/** What nobody sees: it breaks lines, turns the direction of the text, or is ignored. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}]/u

const ANY_SHOWN = new RegExp(SHOWN, 'u')

/** Whether something of a line shows and none of it hides. */
function isReadable(line: string): boolean {
  const plain = line.replace(SELECTORS, '').replace(JOINERS, '')
  return ANY_SHOWN.test(plain) && !HIDDEN.test(plain)
}

/** The part before the `@` without its quotes, of any language; only sending would tell more. */
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
/** A host's name with a dot, of any language, that is no number in the end. */
const DOMAIN =
  /^([\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)+(?!\d+$)[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u

const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** Whether the name of a host is one in ASCII, in which its labels have 63 characters at most. */
function isHost(domain: string): boolean {
  if (!DOMAIN.test(domain) || !URL.canParse(`http://${domain}`)) return false
  const { hostname } = new URL(`http://${domain}`)
  return hostname.length <= 253 && hostname.split('.').every((label) => label.length <= 63)
}

/** Whether a mail server would take an address. */
function isDeliverable(email: string): boolean {
  const at = email.lastIndexOf('@')
  const [local, domain] = [email.slice(0, at), email.slice(at + 1)]
  const few = bytesOf(local) <= 64 && bytesOf(email) <= LIMITS.email
  return at > 0 && few && !HIDDEN.test(email) && LOCAL.test(local) && isHost(domain)
}

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
  if (Array.from(name).length > LIMITS.name) return 'details.name.long'
  return isReadable(name) ? undefined : 'details.name.wrong'
}

function emailError(email: string): TextKey | undefined {
  if (email === '') return 'details.email.missing'
  return isDeliverable(email) ? undefined : 'details.email.wrong'
}

/** The fields that are wrong, in the form's order. */
export const wrongFields = (errors: DraftErrors): (keyof Draft)[] =>
  (['name', 'email', 'notes'] as const).filter((field) => errors[field])

/** Who comes, as the server takes it. */
export function attendeeOf({ name, email, notes }: Draft): Attendee {
  const kept = notes.trim()
  return { name: name.trim(), email: email.trim(), ...(kept && { notes: kept }) }
}
