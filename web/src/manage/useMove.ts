import {
  type BookedSpan,
  type Choice,
  type Failure,
  type Hold,
  isRefusal,
  type ManagedBooking,
  type Refusal,
} from '@slotkeeper/client'
import { useState } from 'react'
import type { Refused } from '../booker/flow.js'
import { useSlotHold, useSlotkeeper } from '@slotkeeper/react'
import { overlaps } from './freed.js'

/** The way of a booking to another time. */
export interface Moving {
  readonly hold: Hold
  /** The new time, once it is held. */
  readonly to: Choice | undefined
  readonly refused: Refused | undefined
  /** A time that was held here until just now. */
  readonly lost: Choice | undefined
  readonly sending: boolean
  /** Why the move itself failed: the booking is where it was. */
  readonly failure: Refusal | Failure | undefined
  readonly choose: (choice: Choice) => void
  readonly noted: () => void
  readonly back: () => void
  readonly confirm: () => void
}

interface State {
  readonly to?: Choice
  readonly refused?: Refused
  readonly lost?: Choice | undefined
  readonly sending?: boolean
  readonly failure?: Refusal | Failure
}

/** Moves a booking: holds the new time first, so that nobody takes it during the second thought. */
export function useMove(
  booking: BookedSpan,
  managed: ManagedBooking,
  onMoved: (to: BookedSpan) => void,
): Moving {
  const [state, setState] = useState<State>({})
  const { resourceId } = booking
  const consumed = useSlotkeeper().hold(resourceId)
  const onEnded = () => setState(({ to }) => ({ lost: to }))
  const hold = useSlotHold(resourceId, { onEnded })

  const place = async (choice: Choice) => {
    // The server holds nothing for anybody where a booking stands, its owner included.
    if (overlaps(choice, booking)) return setState({ to: choice })
    const placed = await hold.place(choice)
    if (placed.status === 'held') {
      setState({ to: choice })
      await hold.checkout()
    } else if (placed.status === 'refused') setState({ refused: { choice, error: placed.error } })
  }

  const move = async (to: Choice) => {
    setState({ to, sending: true })
    const answer = await managed.reschedule(to, overlaps(to, booking) ? undefined : consumed)
    if (answer.kind === 'ok') onMoved(answer.value)
    else if (isRefusal(answer)) setState({ refused: { choice: to, error: answer } })
    else setState({ to, failure: answer })
  }

  return {
    hold,
    to: state.to,
    refused: state.refused,
    lost: state.lost,
    sending: state.sending ?? false,
    failure: state.failure,
    choose: (choice) => {
      setState({})
      void place(choice)
    },
    noted: () => setState({}),
    back: () => {
      setState({})
      void hold.release()
    },
    confirm: () => void (state.to && !state.sending && move(state.to)),
  }
}
