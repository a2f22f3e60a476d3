import { addDays, type Instant } from '@slotkeeper/client'
import type { DaySlots } from '@slotkeeper/react'
import type { ReactNode } from 'react'
import type { Refused } from '../booker/flow.js'
import { isClosed, isFull, type Look } from '../booker/useLook.js'
import { addMonths, firstDayOf } from '../calendar/month.js'
import { useSpeech } from '../i18n/speech.js'
import { errorTexts, isOver } from '../page/errorTexts.js'
import { NextDay } from './NextDay.js'
import { RefusedNote } from './RefusedNote.js'
import { SlotList } from './SlotList.js'
import { useMore } from './useMore.js'
import { useSettled } from './useSettled.js'

export interface SlotPanelProps {
  readonly look: Look
  /** Nothing while no day is open. */
  readonly slots: DaySlots | undefined
  readonly holding: Instant | undefined
  readonly refused: Refused | undefined
  readonly onChoose: (start: Instant) => void
  readonly onNoted: () => void
}

/** Milliseconds for which a number must stay the same before it is read out. */
const SETTLED_MS = 1_500

/** The times of the open day. */
export function SlotPanel(props: SlotPanelProps) {
  const { look, slots, refused, onNoted } = props
  const { say, formats } = useSpeech()
  const count = useSettled(slots && !slots.loading ? slots.available.length : undefined, SETTLED_MS)
  const { body, end, goesOn } = useMore()
  const heading = look.day ? formats.day(look.day) : say('slots.choose')
  return (
    <section className="slots" aria-label={heading} aria-busy={slots?.loading} data-more={goesOn}>
      <h2 tabIndex={-1} data-focus="slots">
        {heading}
      </h2>
      <div className="slots-body" inert={slots?.previous} ref={body}>
        <Times {...props} />
        <div ref={end} />
        <p className="slots-more" aria-hidden="true">
          {say('slots.more')}
        </p>
      </div>
      <p className="slots-hint" data-shown={(slots?.reserved.length ?? 0) > 0}>
        {say('slots.reserved.hint')}
      </p>
      <p role="status" className="unseen">
        {count === undefined ? '' : say('slots.count', { count })}
      </p>
      <RefusedNote refused={refused} zone={look.zone} onNoted={onNoted} />
    </section>
  )
}

function Times({ look, slots, holding, onChoose }: SlotPanelProps) {
  const { say, formats } = useSpeech()
  if (isClosed(look.resource)) {
    return <Empty title={say('slots.closed.always', { resource: look.resource.name })} />
  }
  if (look.day === undefined && isFull(look.loaded)) return <FullMonth look={look} />
  if (!slots || (slots.loading && !slots.previous)) return <Skeleton />
  if (slots.error && (slots.all.length === 0 || isOver(slots.error))) {
    const { title, hint } = errorTexts(slots.error)
    return <Empty title={say(title)} hint={hint && say(hint)} />
  }
  const labels = slots.exceptions.map(({ label }) => label).join(', ')
  if (slots.merged.length === 0) {
    const closed = labels ? say('slots.closed', { label: labels }) : say('slots.closed.day')
    const none = slots.all.every(({ state }) => state === 'closed')
    const title = none ? closed : say('slots.none')
    return (
      <Empty title={title}>{look.day && <NextDay look={look} from={addDays(look.day, 1)} />}</Empty>
    )
  }
  return (
    <>
      {labels && <p className="quiet">{say('slots.exception', { label: labels })}</p>}
      <SlotList
        key={look.day}
        label={say('slots.label', { day: formats.day(look.day ?? look.today) })}
        slots={slots.merged}
        zone={look.zone}
        holding={holding}
        onChoose={onChoose}
      />
    </>
  )
}

function FullMonth({ look }: { readonly look: Look }) {
  const { say, formats } = useSpeech()
  const month = formats.month(firstDayOf(look.month))
  return (
    <Empty title={say('calendar.none', { month })}>
      <NextDay look={look} from={firstDayOf(addMonths(look.month, 1))} />
    </Empty>
  )
}

interface EmptyProps {
  readonly title: string
  readonly hint?: string | undefined
  readonly children?: ReactNode
}

const Empty = ({ title, hint, children }: EmptyProps) => (
  <div className="empty">
    <p>{title}</p>
    {hint && <p className="quiet">{hint}</p>}
    {children}
  </div>
)

/** As high as a usual day, so that its times move nothing when they come. */
function Skeleton() {
  const { say } = useSpeech()
  return (
    <div className="skeleton" role="img" aria-label={say('slots.loading')}>
      {Array.from({ length: 12 }, (_, index) => (
        <span key={`time-${index}`} />
      ))}
    </div>
  )
}
