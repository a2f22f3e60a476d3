import type { Failure, Refusal } from './answer.js'
import { type Instant, type Interval, msOf } from './time/instant.js'
import type { HeldSlot, Lease } from './wire.js'

/** What somebody wants to hold. */
export interface Choice {
  readonly start: Instant
  /** Minutes; one of the resource's durations. */
  readonly duration: number
  /** How many seats, of a resource that carries several. Absent: one. */
  readonly quantity?: number | undefined
}

/**
 * How a hold ended that nobody here let go of.
 *
 * - `lost`: the server ended it before its lease was over.
 * - `expired`: no renewal came through in time, or it could not be renewed any longer.
 */
export type HoldEnd = 'lost' | 'expired'

/** A slot that is held. It is renewed in time, at the pace the server gave. */
export interface Held extends Choice, Omit<HeldSlot, 'quantity'> {
  readonly status: 'held'
  readonly lease: Lease
  /** Why a move to another slot was refused, or failed: this one is still held. */
  readonly error?: Refusal | Failure | undefined
}

/** A visitor's hold on a resource, as far as this page knows. */
export type Hold =
  /** Nothing is held. */
  | { readonly status: 'none' }
  /** Asked for, not yet answered. Show it as if it were held. */
  | ({ readonly status: 'holding' } & Choice)
  | Held
  /** A rule said no, or no answer came. Nothing is held. */
  | ({ readonly status: 'refused'; readonly error: Refusal | Failure } & Choice)
  /** It was held, and is no longer. */
  | ({ readonly status: HoldEnd } & Choice)

/** A choice and nothing else of what has one. */
export const choiceOf = ({ start, duration, quantity }: Choice): Choice =>
  quantity === undefined ? { start, duration } : { start, duration, quantity }

/** Whether the two are the same span, and as many seats. */
export const sameChoice = (a: Choice | undefined, b: Choice | undefined): boolean =>
  a?.start === b?.start && a?.duration === b?.duration && (a?.quantity ?? 1) === (b?.quantity ?? 1)

/** Whether a choice shares time with a span. */
export const overlap = ({ start, duration }: Choice, span: Interval): boolean =>
  msOf(start) < msOf(span.end) && msOf(span.start) < msOf(start) + duration * 60_000
