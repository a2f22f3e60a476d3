import type { Day, NewBooking, Resource } from '@slotkeeper/client'
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { About } from './About.js'
import { Choose } from './Choose.js'
import { Connection } from './Connection.js'
import { EMPTY_DRAFT } from '../steps/draft.js'
import { useBooker } from './useBooker.js'
import { useFocusOnReturn } from './useFocusOnReturn.js'
import { useLook, type Wish } from './useLook.js'
import { When } from './When.js'

export interface BookerProps {
  readonly resource: Resource
  /** What to open with. */
  readonly wish?: Wish
  /** Hears what is looked at, to keep it in the address. */
  readonly onLook?: (look: { day: Day | undefined; duration: number }) => void
  /** Hears of the way from step to step, to keep the browser's own Back in line. */
  readonly onStep?: (step: string, back: () => void) => void
  readonly onBooked?: (booking: NewBooking) => void
  /** The address at which a booking is managed. */
  readonly linkTo: (booking: NewBooking) => string
  /** The way to other resources. */
  readonly back?: ReactNode
}

const none = () => undefined

const steps = () => import('../steps/index.js')

/** A page that is older than its server's files can't get the rest of them, but the new page. */
const needed = () =>
  steps().catch(() => {
    location.reload()
    return new Promise<never>(none)
  })
const Details = lazy(async () => ({ default: (await needed()).Details }))
const Done = lazy(async () => ({ default: (await needed()).Done }))

/** Whoever comes near a time gets the form, before it is needed. */
const prepare = () => void steps().catch(none)

/** Books a time in three steps: choose, tell who comes, done. */
export function Booker(props: BookerProps) {
  const { resource, wish = {}, onLook, onStep, onBooked, linkTo, back } = props
  const look = useLook(resource, wish)
  const booking = useBooker(resource.resourceId, onBooked)
  const [draft, setDraft] = useState(EMPTY_DRAFT)
  const { flow, back: goBack } = booking
  const { day, duration } = look

  useEffect(() => onLook?.({ day, duration }), [onLook, day, duration])
  useEffect(() => onStep?.(flow.step, goBack), [onStep, flow.step, goBack])
  const root = useFocusOnReturn(flow)

  if (flow.step === 'done') {
    return (
      <article className="booker" data-step="done" ref={root}>
        <Suspense>
          <Done
            resource={resource}
            booking={flow.booking}
            zone={look.zone}
            link={linkTo(flow.booking)}
            onAgain={booking.restart}
          />
        </Suspense>
      </article>
    )
  }

  const details = flow.step === 'details' ? flow : undefined
  return (
    <article
      className="booker"
      data-step={flow.step}
      ref={root}
      onPointerEnter={prepare}
      onFocus={prepare}
    >
      <About
        resource={resource}
        look={look}
        locked={details?.choice.duration}
        back={!details && back}
      >
        {details && <When choice={details.choice} zone={look.zone} resource={resource} />}
      </About>
      {flow.step === 'choose' ? (
        <Choose
          resource={resource}
          look={look}
          hold={booking.hold}
          refused={flow.refused}
          onChoose={booking.choose}
          onNoted={booking.noted}
        />
      ) : (
        <Suspense fallback={<div className="details" aria-busy="true" />}>
          <Details
            details={flow}
            resource={resource}
            zone={look.zone}
            draft={draft}
            onDraft={setDraft}
            booking={booking}
          />
        </Suspense>
      )}
      <Connection resourceId={resource.resourceId} />
    </article>
  )
}
