import type { Instant } from '@slotkeeper/client'
import { memo } from 'react'
import { useSpeech } from '../i18n/speech.js'

export interface SlotButtonProps {
  readonly start: Instant
  readonly zone: string
  /** `holding`: this visitor is asking for it. `reserved`: somebody else has it in hand. */
  readonly state: 'available' | 'reserved' | 'holding'
  /** How many seats are left. Absent where that is not shown. */
  readonly seatsLeft?: number | undefined
  /** Whether the Tab key stops here. */
  readonly tabStop: boolean
  readonly onFocus: (start: Instant) => void
  readonly onChoose: (start: Instant) => void
}

/**
 * A time to choose. A reserved one stays in its place and takes the focus, but can't be
 * chosen: it may be free again in a moment.
 */
export const SlotButton = memo(function SlotButton(props: SlotButtonProps) {
  const { start, zone, state, seatsLeft, tabStop, onFocus, onChoose } = props
  const { say, formats } = useSpeech()
  return (
    <button
      type="button"
      className="slot"
      role="option"
      data-start={start}
      data-state={state}
      aria-selected={state === 'holding'}
      aria-disabled={state === 'reserved'}
      aria-busy={state === 'holding'}
      tabIndex={tabStop ? 0 : -1}
      onFocus={() => onFocus(start)}
      onClick={() => state === 'available' && onChoose(start)}
    >
      <span className="slot-time">{formats.time(start, zone)}</span>
      {state !== 'available' && <span className="slot-note">{say(`slots.${state}`)}</span>}
      {state === 'available' && seatsLeft !== undefined && (
        <span className="slot-note">{say('slots.left', { count: seatsLeft })}</span>
      )}
    </button>
  )
})
