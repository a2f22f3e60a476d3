import type { Resource } from '@slotkeeper/client'
import { useSpeech } from '../i18n/speech.js'
import { StepTitle } from './StepTitle.js'
import { AttendeeForm } from './AttendeeForm.js'
import type { Draft } from './draft.js'
import type { Details as DetailsStep } from '../booker/flow.js'
import { HoldLine } from './HoldLine.js'
import { LostNote } from './LostNote.js'
import type { Booking } from '../booker/useBooker.js'

export interface DetailsProps {
  readonly details: DetailsStep
  readonly resource: Resource
  readonly zone: string
  readonly draft: Draft
  readonly onDraft: (draft: Draft) => void
  readonly booking: Booking
}

/** Who comes; the time is held meanwhile. */
export function Details({ details, resource, zone, draft, onDraft, booking }: DetailsProps) {
  const { say, formats } = useSpeech()
  const time = formats.time(details.choice.start, zone)
  return (
    <section className="details" aria-labelledby="details-title">
      <StepTitle id="details-title" level="h2">
        {say('details.title')}
      </StepTitle>
      {details.lost ? (
        <LostNote details={details} time={time} onAgain={booking.again} onOther={booking.back} />
      ) : (
        <HoldLine resourceId={resource.resourceId} held={say('details.held', { time })} />
      )}
      <AttendeeForm
        draft={draft}
        onDraft={onDraft}
        details={details}
        time={time}
        onBack={booking.back}
        onSubmit={() => booking.submit(draft)}
      />
    </section>
  )
}
