import type { ResourceId } from '@slotkeeper/client'
import { useSpeech } from '../i18n/speech.js'
import { Clock } from '../page/icons.js'
import { useTimeLeft } from './useTimeLeft.js'

/** Seconds from which on it matters how long the hold still lasts. */
const SHOWN_FROM = 60

/** Seconds at which it is read out once more. */
const URGENT_FROM = 10

/** Says that the time is held; counts down only when it will soon be no longer. */
export function HoldLine({
  resourceId,
  time,
}: {
  readonly resourceId: ResourceId
  readonly time: string
}) {
  const { say } = useSpeech()
  const { seconds, renewable } = useTimeLeft(resourceId)
  const counting = seconds !== undefined && seconds <= SHOWN_FROM
  const spoken = !counting
    ? ''
    : say(seconds <= URGENT_FROM ? 'details.countdown.now' : 'details.countdown.soon')
  return (
    <p className="hold-line" data-counting={counting}>
      <Clock />
      <span aria-hidden={counting}>
        {counting
          ? say(renewable ? 'details.countdown.lost' : 'details.countdown', { seconds })
          : say('details.held', { time })}
      </span>
      <span role="status" className="unseen">
        {spoken}
      </span>
    </p>
  )
}
