import {
  type Answer,
  type BookingAttempt,
  type BookingRequest,
  type Failure,
  isRefusal,
  type NewBooking,
  type Refusal,
} from '@slotkeeper/client'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useSlotkeeper } from './provider.js'

/** How a booking stands. */
export type BookingState =
  | { readonly status: 'idle' }
  | { readonly status: 'booking'; readonly request: BookingRequest }
  | { readonly status: 'booked'; readonly booking: NewBooking }
  /** A rule said no: another slot, or another form, may do. */
  | { readonly status: 'refused'; readonly error: Refusal }
  /**
   * No answer settled it. When the error is `outcome_unknown` it may be booked; booking the
   * same again finds out, and never books twice.
   */
  | { readonly status: 'failed'; readonly error: Failure }

/** What can be done about a booking. The functions stay the same. */
export interface BookingActions {
  /**
   * Books what is asked for, once, however often it is called with the same request until it
   * is settled. Consumes the visitor's hold on it.
   */
  readonly book: (request: BookingRequest) => Promise<Answer<NewBooking>>
  /** Back to `idle`. What was sent is not taken back, and the same request goes on with it. */
  readonly reset: () => void
}

const IDLE: BookingState = { status: 'idle' }

const stateOf = (answer: Answer<NewBooking>): BookingState => {
  if (answer.kind === 'ok') return { status: 'booked', booking: answer.value }
  if (isRefusal(answer)) return { status: 'refused', error: answer }
  return { status: 'failed', error: answer }
}

/** An attempt that is not settled, and the sending of it that is under way. */
interface Unsettled {
  readonly body: string
  readonly attempt: BookingAttempt
  sent: Promise<Answer<NewBooking>> | undefined
}

/** A booking, from the form to its confirmation. */
export function useBooking(): BookingState & BookingActions {
  const client = useSlotkeeper()
  const [state, setState] = useState(IDLE)
  const unsettled = useRef<Unsettled>(undefined)
  const turn = useRef(0)

  const book = useCallback(
    async (request: BookingRequest): Promise<Answer<NewBooking>> => {
      const body = JSON.stringify(request)
      const before = unsettled.current?.body === body ? unsettled.current : undefined
      const mine = before ?? { body, attempt: client.booking(request), sent: undefined }
      unsettled.current = mine
      const shown = (turn.current += 1)
      setState({ status: 'booking', request })
      mine.sent ??= mine.attempt.send()
      const answer = await mine.sent
      mine.sent = undefined
      const settled = answer.kind === 'ok' || isRefusal(answer)
      if (settled && unsettled.current === mine) unsettled.current = undefined
      // Something else is shown by now: another request, or none after a reset.
      if (turn.current === shown) setState(stateOf(answer))
      return answer
    },
    [client],
  )

  const reset = useCallback(() => {
    turn.current += 1
    setState(IDLE)
  }, [])

  return useMemo(() => ({ ...state, book, reset }), [state, book, reset])
}
