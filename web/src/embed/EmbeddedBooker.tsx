import type { NewBooking, ResourceId } from '@slotkeeper/client'
import { useRef } from 'react'
import { Booker } from '../booker/Booker.js'
import { useSpeech } from '../i18n/speech.js'
import { ErrorNotice } from '../page/ErrorNotice.js'
import { useFocusKept } from '../page/useFocusKept.js'
import { Waiting } from '../page/Waiting.js'
import { useResource } from '@slotkeeper/react'

export interface EmbeddedBookerProps {
  readonly resourceId: ResourceId | undefined
  readonly linkTo: (booking: NewBooking) => string
  readonly onBooked: (booking: NewBooking) => void
}

/** The booker of one resource, without a page around it. */
export function EmbeddedBooker({ resourceId, ...rest }: EmbeddedBookerProps) {
  const { say } = useSpeech()
  const place = useRef<HTMLDivElement>(null)
  useFocusKept(place)
  if (!resourceId) return <p className="card">{say('embed.missing')}</p>
  return (
    <div ref={place}>
      <Known resourceId={resourceId} {...rest} />
    </div>
  )
}

function Known({
  resourceId,
  linkTo,
  onBooked,
}: EmbeddedBookerProps & { readonly resourceId: ResourceId }) {
  const { value: resource, error, refresh } = useResource(resourceId)
  if (resource) return <Booker resource={resource} linkTo={linkTo} onBooked={onBooked} />
  if (error) return <ErrorNotice error={error} onAgain={refresh} />
  return <Waiting />
}
