import type {
  BookingAttempt,
  Choice,
  Failure,
  HoldEnd,
  NewBooking,
  Refusal,
} from '@slotkeeper/client'

/** Why a time could not be held. */
export interface Refused {
  readonly choice: Choice
  readonly error: Refusal | Failure
}

/** Why a time can't be booked any more. */
export type Gone = 'taken' | 'past' | 'retired' | 'refused'

/** What became of asking for a time again that was no longer held. */
export type Again = 'asking' | 'unreachable' | Gone

/**
 * Where a visitor is.
 *
 * - `choose`: looking for a time; what is being held is the hold's own affair.
 * - `details`: a time is held, or was until it was lost, and a form is filled in.
 * - `done`: it is booked.
 */
export type Flow =
  | { readonly step: 'choose'; readonly refused?: Refused | undefined }
  | Details
  | { readonly step: 'done'; readonly booking: NewBooking }

export interface Details {
  readonly step: 'details'
  readonly choice: Choice
  /** The hold has ended: the time must be held again before it is booked. */
  readonly lost?: HoldEnd | Gone | undefined
  readonly again?: Again | undefined
  /** The attempt under way, or the one whose outcome nobody knows. */
  readonly attempt?: BookingAttempt | undefined
  readonly sending?: boolean | undefined
  readonly failure?: Failure | undefined
}

/** What happens to a visitor. */
export type Happening =
  | { readonly type: 'chose' }
  | { readonly type: 'held'; readonly choice: Choice }
  | ({ readonly type: 'refused' } & Refused)
  | { readonly type: 'noted' }
  | { readonly type: 'back' }
  | { readonly type: 'lost'; readonly end: HoldEnd }
  | { readonly type: 'askedAgain' }
  | { readonly type: 'sent'; readonly attempt: BookingAttempt }
  | { readonly type: 'booked'; readonly booking: NewBooking }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'gone'; readonly error: Refusal }
  | { readonly type: 'restarted' }

export const START: Flow = { step: 'choose' }

/** Whether a failure leaves open that the booking was made. */
export const isOpen = ({ kind }: Failure): boolean =>
  kind === 'outcome_unknown' || kind === 'unreachable'

/** What follows. Happenings that come late, for a step that has been left, change nothing. */
export function flow(state: Flow, happening: Happening): Flow {
  if (happening.type === 'restarted') return START
  switch (state.step) {
    case 'choose':
      return choosing(state, happening)
    case 'details':
      return detailing(state, happening)
    case 'done':
      return state
  }
}

function choosing(state: Flow, happening: Happening): Flow {
  switch (happening.type) {
    case 'chose':
    case 'noted':
      return START
    case 'held':
      return { step: 'details', choice: happening.choice }
    case 'refused':
      return { step: 'choose', refused: { choice: happening.choice, error: happening.error } }
    default:
      return state
  }
}

function detailing(state: Details, happening: Happening): Flow {
  const { step, choice, attempt } = state
  switch (happening.type) {
    case 'back':
      return START
    case 'held':
      return { step, choice, attempt }
    case 'lost':
      // The answer to the attempt decides, now or when it is asked for again: no hold is needed.
      return attempt ? state : { ...state, lost: happening.end, again: undefined }
    case 'askedAgain':
      return { ...state, again: 'asking' }
    case 'refused':
      return { ...state, lost: state.lost ?? 'lost', again: again(happening.error) }
    case 'sent':
      return { step, choice, attempt: happening.attempt, sending: true }
    case 'failed': {
      const { failure } = happening
      return { step, choice, failure, attempt: isOpen(failure) ? attempt : undefined }
    }
    case 'gone':
      return { step, choice, lost: goneBy(happening.error) }
    case 'booked':
      return { step: 'done', booking: happening.booking }
    default:
      return state
  }
}

const again = (error: Refusal | Failure): Again => {
  const { kind } = error
  return kind === 'unreachable' || kind === 'busy' || kind === 'broken'
    ? 'unreachable'
    : goneBy(error)
}

function goneBy({ kind }: Refusal | Failure): Gone {
  switch (kind) {
    case 'held_by_other':
    case 'booked':
      return 'taken'
    case 'past':
      return 'past'
    case 'resource_retired':
    case 'resource_not_found':
      return 'retired'
    default:
      return 'refused'
  }
}
