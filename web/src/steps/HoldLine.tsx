import type { ResourceId } from '@slotkeeper/client'
import { useState } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { Clock } from '../page/icons.js'
import { useTimeLeft } from './useTimeLeft.js'

/** Seconds from which on it matters how long the hold still lasts. */
const SHOWN_FROM = 60

/** Seconds from which on it is urgent, and read out once more. */
const URGENT_FROM = 10

const urgencyOf = (seconds = Infinity): number =>
  [SHOWN_FROM, URGENT_FROM].filter((from) => seconds <= from).length

/** Says that the time is held; counts down only when it will soon be no longer. */
export function HoldLine({
  resourceId,
  held,
}: {
  readonly resourceId: ResourceId
  /** What to say while it is not urgent. */
  readonly held: string
}) {
  const { say } = useSpeech()
  const { seconds, offline, urgency } = useUrgency(resourceId)
  // A booking may have consumed it, and its answer be lost: nothing true can be said.
  if (seconds === undefined) return <p className="hold-line" />
  const text = urgency.now
    ? say(offline ? 'details.countdown.lost' : 'details.countdown', { seconds })
    : held
  return (
    <p className="hold-line" data-counting={urgency.now > 0}>
      <Clock />
      <span aria-hidden={urgency.now > 0}>{text}</span>
      <span role="status" className="unseen">
        {urgency.now > 0 && say('details.countdown', { seconds: urgency.since })}
      </span>
    </p>
  )
}

/** The time left, how urgent that is, and the seconds there were when it became so. */
function useUrgency(resourceId: ResourceId) {
  const left = useTimeLeft(resourceId)
  const now = urgencyOf(left.seconds)
  const [urgency, setUrgency] = useState({ now: 0, since: 0 })
  if (urgency.now !== now) setUrgency({ now, since: left.seconds ?? 0 })
  return { ...left, urgency }
}
