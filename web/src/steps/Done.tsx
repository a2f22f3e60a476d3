import type { NewBooking, Resource } from '@slotkeeper/client'
import { type MouseEvent, useState } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { Check } from '../page/icons.js'
import { StepTitle } from './StepTitle.js'
import { CopyButton } from './CopyButton.js'
import { icsOf } from './ics.js'
import { When } from '../booker/When.js'

export interface DoneProps {
  readonly resource: Resource
  readonly booking: NewBooking
  readonly zone: string
  /** Where the booking is managed. */
  readonly link: string
  readonly onAgain: () => void
}

/** What is booked, and how to change it. */
export function Done({ resource, booking, zone, link, onAgain }: DoneProps) {
  const { say } = useSpeech()
  const { attendee } = booking
  return (
    <section className="done" aria-labelledby="done-title">
      <p className="done-mark">
        <Check />
      </p>
      <StepTitle id="done-title" level="h1">
        {say('done.title')}
      </StepTitle>
      <dl className="facts">
        <dt>{say('done.what')}</dt>
        <dd>{resource.name}</dd>
        <dt>{say('done.when')}</dt>
        <dd>
          <When choice={booking} zone={zone} resource={resource} />
        </dd>
        {attendee && (
          <>
            <dt>{say('done.who')}</dt>
            <dd>
              {attendee.name}
              <br />
              <span className="quiet">{attendee.email}</span>
            </dd>
          </>
        )}
      </dl>
      <ManageLink link={link} />
      <p className="actions">
        <CalendarFile booking={booking} resource={resource} link={link} />
        <button type="button" className="button" onClick={onAgain}>
          {say('done.again')}
        </button>
      </p>
    </section>
  )
}

/** Where the address is the link's already, a browser takes it for a place in this page. */
function openAnew(event: MouseEvent<HTMLAnchorElement>): void {
  const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey
  if (elsewhere || event.currentTarget.href !== location.href) return
  event.preventDefault()
  location.reload()
}

function ManageLink({ link }: { readonly link: string }) {
  const { say } = useSpeech()
  return (
    <div className="manage-link">
      <h2>{say('done.manage')}</h2>
      <p className="quiet">{say('done.manage.hint')}</p>
      <p className="manage-link-row">
        <a href={link} onClick={openAnew}>
          {link.replace(/^https?:\/\//, '')}
        </a>
        <CopyButton text={link} />
      </p>
    </div>
  )
}

function CalendarFile({
  booking,
  resource,
  link,
}: Pick<DoneProps, 'booking' | 'resource' | 'link'>) {
  const { say } = useSpeech()
  const [url] = useState(() =>
    URL.createObjectURL(new Blob([icsOf(booking, resource, link)], { type: 'text/calendar' })),
  )
  return (
    <a className="button" href={url} download={`${resource.resourceId}.ics`}>
      {say('done.calendar')}
    </a>
  )
}
