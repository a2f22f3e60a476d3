import type { Position } from './ids.js'
import { REFUSALS } from './refusals.js'
import type { Interval } from './time/instant.js'
import type { RefusalKind, SlotRefusalKind } from './wire.js'

/** What was asked for, done or read. */
export interface Ok<T> {
  readonly kind: 'ok'
  readonly value: T
  /** After a write: where the log stands. Reads that wait for it see the write. */
  readonly position?: Position | null | undefined
}

/** A span that was free when another was refused. Somebody may be faster again. */
export interface Alternative extends Interval {
  /** Minutes. */
  readonly duration: number
}

/**
 * A rule of the server said no, against the current state; nothing was written. Asking the
 * same again is pointless until something has changed.
 */
export type Refusal =
  | {
      readonly kind: SlotRefusalKind
      /** For people who read logs; show words of your own by `kind`. */
      readonly detail: string
      /** The times that stood in the way, ascending. */
      readonly conflicts: readonly Interval[]
      /** What was free near it, where somebody has it: nearest starts first, then shorter ones. */
      readonly alternatives: readonly Alternative[]
    }
  | { readonly kind: Exclude<RefusalKind, SlotRefusalKind>; readonly detail: string }

/** The question got no answer of its own. */
export type Failure =
  /** No answer came: the network, or the time limit. A write may have happened. */
  | { readonly kind: 'unreachable'; readonly detail: string }
  /** The server could not learn whether the write happened. */
  | { readonly kind: 'outcome_unknown'; readonly detail: string }
  /** Nothing was done; the server asks to come back later. */
  | { readonly kind: 'busy'; readonly detail: string; readonly retryAfterMs: number }
  /** The session, token or key is missing, wrong or has expired. Nothing was done. */
  | { readonly kind: 'unauthorized'; readonly code: string; readonly detail: string }
  /** The request itself is wrong. Nothing was done. */
  | { readonly kind: 'invalid'; readonly code: string; readonly detail: string }
  /** The server failed, or something between here and there answered in its place. */
  | { readonly kind: 'broken'; readonly code: string; readonly detail: string }

/** What comes of a call. Told apart by `kind`; nothing is thrown. */
export type Answer<T> = Ok<T> | Refusal | Failure

const isRefusalKind = (code: string): code is RefusalKind =>
  (REFUSALS as readonly string[]).includes(code)

/** Whether a rule said no. */
export const isRefusal = (answer: { readonly kind: string }): answer is Refusal =>
  isRefusalKind(answer.kind)

/** Kinds of failures after which a write may have happened. */
const UNKNOWN = ['unreachable', 'outcome_unknown', 'broken']

/** Whether what was asked for may have been done although no answer says so. */
export const isUnknown = ({ kind }: { readonly kind: string }): boolean => UNKNOWN.includes(kind)

/** Milliseconds to wait at least before the same may fare better; nothing when it will not. */
export const retriableAfterMs = (answer: Answer<unknown>): number | undefined =>
  answer.kind === 'busy' ? answer.retryAfterMs : isUnknown(answer) ? 0 : undefined

/** Problem details (RFC 9457) with what Slotkeeper adds. */
interface Problem {
  readonly code?: string
  readonly detail?: string
  readonly conflicts?: readonly Interval[]
  readonly alternatives?: readonly Alternative[]
  readonly retryAfterMs?: number
}

const refusalOf = (
  kind: RefusalKind,
  detail: string,
  { conflicts = [], alternatives = [] }: Problem,
): Refusal => ({ kind, detail, conflicts, alternatives })

/** The refusal or failure that an answer with `body` means. */
export function refused({ status }: Response, body: unknown): Refusal | Failure {
  const problem = Object(body) as Problem
  const { code = '', detail = `HTTP ${status}`, retryAfterMs = 0 } = problem
  if (isRefusalKind(code)) return refusalOf(code, detail, problem)
  if (code === 'outcome_unknown') return { kind: code, detail }
  if (status === 429 || status === 503) return { kind: 'busy', detail, retryAfterMs }
  if (status === 401 || status === 403) return { kind: 'unauthorized', code, detail }
  // A gateway that lost the server in mid-answer can't know what the server did.
  if (status === 502 || status === 504) return { kind: 'unreachable', detail }
  return { kind: status >= 400 && status < 500 ? 'invalid' : 'broken', code, detail }
}
