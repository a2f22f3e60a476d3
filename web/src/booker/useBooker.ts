import {
  type BookingAttempt,
  type Choice,
  type Hold,
  isRefusal,
  type NewBooking,
  type ResourceId,
} from '@slotkeeper/client'
import { useEffect, useEffectEvent, useReducer } from 'react'
import { useSlotkeeper, useSlotHold } from '@slotkeeper/react'
import { attendeeOf, type Draft } from '../steps/draft.js'
import { type Flow, flow, START } from './flow.js'
import { usePlace } from './usePlace.js'

/** A visitor's way to a booking, and what can be done at each step of it. */
export interface Booking {
  readonly flow: Flow
  readonly hold: Hold
  /** Holds a time; the form follows as soon as it is held. */
  readonly choose: (choice: Choice) => void
  /** Takes the refusal away. */
  readonly noted: () => void
  /** Gives the hold back, and shows the times again. */
  readonly back: () => void
  /** Holds the lost time again. */
  readonly again: () => void
  readonly submit: (draft: Draft) => void
  readonly restart: () => void
}

/**
 * Follows a visitor from the choice to the booking; from the form on where one was `begun`,
 * whose time is held again.
 */
export function useBooker(
  resourceId: ResourceId,
  onBooked?: (booking: NewBooking) => void,
  begun?: Choice,
): Booking {
  const client = useSlotkeeper()
  const [state, tell] = useReducer(flow, begun ? { step: 'details', choice: begun } : START)
  const hold = useSlotHold(resourceId, { onEnded: (end) => tell({ type: 'lost', end }) })
  const { place, drop } = usePlace(hold)

  const ask = async (choice: Choice) => {
    const became = await place(choice)
    if (became === 'held') tell({ type: 'held', choice })
    else if (became) tell({ type: 'refused', ...became })
  }

  const resume = useEffectEvent(() => {
    if (begun) void ask(begun)
  })
  useEffect(() => resume(), [])

  const send = async (attempt: BookingAttempt) => {
    tell({ type: 'sent', attempt })
    const answer = await attempt.send()
    if (answer.kind === 'ok') {
      tell({ type: 'booked', booking: answer.value })
      onBooked?.(answer.value)
    } else if (isRefusal(answer)) tell({ type: 'gone', error: answer })
    else tell({ type: 'failed', failure: answer })
  }

  return {
    flow: state,
    hold,
    choose: (choice) => {
      tell({ type: 'chose' })
      void ask(choice)
    },
    noted: () => tell({ type: 'noted' }),
    back: () => {
      tell({ type: 'back' })
      drop()
    },
    again: () => {
      if (state.step !== 'details') return
      tell({ type: 'askedAgain' })
      void ask(state.choice)
    },
    submit: (draft) => {
      if (state.step !== 'details' || state.sending) return
      const request = { resourceId, ...state.choice, attendee: attendeeOf(draft) }
      void send(state.attempt ?? client.booking(request))
    },
    restart: () => tell({ type: 'restarted' }),
  }
}
