import type { Choice, Day, NewBooking, Resource } from '@slotkeeper/client'
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { About } from './About.js'
import { Changed } from './Changed.js'
import { Choose } from './Choose.js'
import { Connection } from './Connection.js'
import type { DetailsProps } from '../steps/Details.js'
import { type Draft, EMPTY_DRAFT } from '../steps/draft.js'
import { type Booking, useBooker } from './useBooker.js'
import { useDepart } from './useDepart.js'
import { useFocusOnReturn } from './useFocusOnReturn.js'
import { type Look, useLook, type Wish } from './useLook.js'
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
  /** The form to go on with, which was being filled in when the page was loaded anew. */
  readonly begun?: Begun | undefined
  /** Called when the page goes while a form is filled in, and when it has come back as it was. */
  readonly onDepart?: ((begun: Begun | undefined) => void) | undefined
  /** The address at which a booking is managed. */
  readonly linkTo: (booking: NewBooking) => string
  /** The way to other resources. */
  readonly back?: ReactNode
}

/** A form that somebody is in the middle of. */
export interface Begun {
  readonly choice: Choice
  readonly draft: Draft
}

const none = () => undefined

const steps = () => import('../steps/index.js')

/** Whether the form could not be had: a page that began with it would be loaded without end. */
let outdated = false

/** A page that is older than its server's files can't get the rest of them, but the new page. */
const needed = () =>
  steps().catch(() => {
    outdated = true
    location.reload()
    return new Promise<never>(none)
  })
const Details = lazy(async () => ({ default: (await needed()).Details }))
const Done = lazy(async () => ({ default: (await needed()).Done }))

/** Whoever comes near a time gets the form, before it is needed. */
const prepare = () => void steps().catch(none)

/** Books a time in three steps: choose, tell who comes, done. */
export function Booker(props: BookerProps) {
  const { resource, wish = {}, onBooked, begun, linkTo, back } = props
  const look = useLook(resource, wish)
  const booking = useBooker(resource.resourceId, onBooked, begun?.choice)
  const [draft, setDraft] = useState(begun?.draft ?? EMPTY_DRAFT)
  const { flow } = booking
  useTold(props, look, booking, draft)
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
        start={details?.choice.start}
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
        <Form details={flow} {...{ resource, look, booking, draft }} onDraft={setDraft} />
      )}
      <Changed resource={resource} />
      <Connection resourceId={resource.resourceId} />
    </article>
  )
}

/** Tells the page around of what is looked at, of each step, and of a form that is left open. */
function useTold(
  { onLook, onStep, onDepart }: BookerProps,
  { day, duration }: Look,
  { flow, back, restart }: Booking,
  draft: Draft,
): void {
  const isDone = flow.step === 'done'
  useEffect(() => {
    // The confirmation has an address of its own.
    if (!isDone) onLook?.({ day, duration })
  }, [onLook, day, duration, isDone])
  useEffect(
    () => onStep?.(flow.step, isDone ? restart : back),
    [onStep, flow.step, isDone, restart, back],
  )
  useDepart(
    () => {
      if (flow.step === 'details' && !outdated) onDepart?.({ choice: flow.choice, draft })
    },
    () => onDepart?.(undefined),
  )
}

interface FormProps extends Omit<DetailsProps, 'zone'> {
  readonly look: Look
}

/** The form, once it has come. */
const Form = ({ look, ...props }: FormProps) => (
  <Suspense fallback={<div className="details" aria-busy="true" />}>
    <Details zone={look.zone} {...props} />
  </Suspense>
)
