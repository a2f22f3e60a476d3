import type { Resource } from '@slotkeeper/client'
import { useState } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { Note } from '../slots/Note.js'

/** What of its settings decides which times a resource offers. */
const offerOf = (resource: Resource): string => {
  const { durations, slotInterval, hours, spansClosedHours, timezone } = resource
  return JSON.stringify([durations, slotInterval, hours, spansClosedHours, timezone])
}

/** Says that the operator has changed what is on offer while the page was open. */
export function Changed({ resource }: { readonly resource: Resource }) {
  const { say } = useSpeech()
  const offer = offerOf(resource)
  const [noted, setNoted] = useState(offer)
  const isChanged = resource.status === 'open' && offer !== noted
  return (
    <Note
      text={isChanged ? say('resource.changed', { resource: resource.name }) : undefined}
      onNoted={() => setNoted(offer)}
    />
  )
}
