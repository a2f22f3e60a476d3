import {
  type BookedSpan,
  type Choice,
  type Failure,
  type Hold,
  isRefusal,
  type ManagedBooking,
} from '@slotkeeper/client'
import { useState } from 'react'
import { isOpen, type Refused } from '../booker/flow.js'
import { usePlace } from '../booker/usePlace.js'
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
  /** Why the move itself failed. The booking is where it was, unless the failure is open. */
  readonly failure: Failure | undefined
  readonly choose: (choice: Choice) => void
  readonly noted: () => void
  readonly back: () => void
  readonly confirm: () => void
}

/** Whether it is the booking itself that can't be changed any more, whatever is asked of it. */
export const concernsBooking = ({ kind }: { readonly kind: string }): boolean =>
  kind.startsWith('booking_') || kind === 'too_late_to_change'

interface State {
  readonly to?: Choice
  readonly refused?: Refused
  readonly lost?: Choice | undefined
  readonly sending?: boolean
  readonly failure?: Failure
}

/** Moves a booking: holds the new time first, so that nobody takes it during the second thought. */
export function useMove(
  booking: BookedSpan,
  managed: ManagedBooking,
  onMoved: (to: BookedSpan) => void,
  onGone: () => void,
): Moving {
  const [state, setState] = useState<State>({})
  const { resourceId } = booking
  const consumed = useSlotkeeper().hold(resourceId)
  // A move that nobody knows of may have consumed the hold: its answer decides.
  const onEnded = () =>
    setState((before) => (before.failure && isOpen(before.failure) ? before : { lost: before.to }))
  const hold = useSlotHold(resourceId, { onEnded })
  const { place, drop } = usePlace(hold)

  const choose = async (choice: Choice) => {
    setState({})
    // The server holds nothing for anybody where a booking stands, its owner included.
    if (overlaps(choice, booking)) {
      drop()
      return setState({ to: choice })
    }
    const became = await place(choice)
    if (became === 'held') setState({ to: choice })
    else if (became) setState({ refused: became })
  }

  const move = async (to: Choice) => {
    setState({ to, sending: true })
    const answer = await managed.reschedule(to, overlaps(to, booking) ? undefined : consumed)
    if (answer.kind === 'ok') onMoved(answer.value)
    else if (concernsBooking(answer)) onGone()
    else if (isRefusal(answer)) {
      drop()
      setState({ refused: { choice: to, error: answer } })
    } else setState({ to, failure: answer })
  }

  return {
    hold,
    to: state.to,
    refused: state.refused,
    lost: state.lost,
    sending: state.sending ?? false,
    failure: state.failure,
    choose: (choice) => void choose(choice),
    noted: () => setState({}),
    back: () => {
      setState({})
      drop()
    },
    confirm: () => void (state.to && !state.sending && move(state.to)),
  }
}
