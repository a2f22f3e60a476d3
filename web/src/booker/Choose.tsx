import type { Choice, Day, DaySlots, Hold, Instant, Resource, ResourceId } from '@slotkeeper/client'
import { useRef } from 'react'
import { Calendar } from '../calendar/Calendar.js'
import { useDaySlots } from '@slotkeeper/react'
import { SlotPanel, type SlotPanelProps } from '../slots/SlotPanel.js'
import type { Refused } from './flow.js'
import type { Look } from './useLook.js'

export interface ChooseProps {
  readonly resource: Resource
  readonly look: Look
  readonly hold: Hold
  readonly refused: Refused | undefined
  readonly onChoose: (choice: Choice) => void
  readonly onNoted: () => void
  /** Changes what is on offer, for who has a booking there already. */
  readonly revise?: ((slots: DaySlots) => DaySlots) | undefined
}

/** The calendar, and the times of the day that is open in it. */
export function Choose(props: ChooseProps) {
  const { resource, look, hold, refused, onChoose, onNoted, revise } = props
  const { duration, quantity, day } = look
  const times = useRef<HTMLDivElement>(null)
  const holding: Instant | undefined = hold.status === 'holding' ? hold.start : undefined
  const panel = {
    look,
    holding,
    refused,
    onChoose: (start: Instant) => onChoose({ start, duration, ...(quantity > 1 && { quantity }) }),
    onNoted,
  }
  return (
    <div className="choose" ref={times}>
      <Calendar
        month={look.month}
        onMonth={look.setMonth}
        selected={day}
        onSelect={(chosen, byPointer) => {
          look.setDay(chosen)
          if (byPointer) showTimes(times.current)
        }}
        offers={look.offers}
        closedBy={look.closedBy}
        today={look.today}
        last={look.last}
      />
      {day === undefined ? (
        <SlotPanel {...panel} slots={undefined} />
      ) : (
        <DayPanel {...panel} day={day} resourceId={resource.resourceId} revise={revise} />
      )}
    </div>
  )
}

/** The least of the times, in shares of the window, that is to be seen of a day just chosen. */
const SEEN_LEAST = 0.4

/** Where the times stand below the calendar, brings those of a day just chosen into view. */
function showTimes(place: HTMLElement | null): void {
  const times = place?.querySelector('.slots')
  const { top = 0 } = times?.getBoundingClientRect() ?? {}
  if (top > innerHeight * (1 - SEEN_LEAST)) times?.scrollIntoView({ block: 'start' })
}

interface DayPanelProps extends Omit<SlotPanelProps, 'slots'>, Pick<ChooseProps, 'revise'> {
  readonly day: Day
  readonly resourceId: ResourceId
}

function DayPanel({ day, resourceId, revise, ...panel }: DayPanelProps) {
  const { duration, quantity, zone } = panel.look
  const slots = useDaySlots({ resourceId, date: day, duration, quantity, timezone: zone })
  const { previous } = slots
  return <SlotPanel {...panel} slots={revise ? { ...revise(slots), previous } : slots} />
}
