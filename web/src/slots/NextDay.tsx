import type { Day } from '@slotkeeper/client'
import { useSlotkeeper } from '@slotkeeper/react'
import { useCallback } from 'react'
import type { Look } from '../booker/useLook.js'
import { monthKeyOf } from '../calendar/month.js'
import { useSpeech } from '../i18n/speech.js'
import { useAnswer } from '../page/useAnswer.js'
import { localDay } from '../time/zone.js'

export interface NextDayProps {
  readonly look: Look
  /** The day from which on to look. */
  readonly from: Day
}

/** The way to the next day with a free time, however far: one question. */
export function NextDay({ look, from }: NextDayProps) {
  const { say, formats } = useSpeech()
  const { api } = useSlotkeeper()
  const { duration, quantity, zone } = look
  const { resourceId } = look.resource
  const ask = useCallback(
    () => api.next({ resourceId, duration, quantity, from, timezone: zone }),
    [api, resourceId, duration, quantity, from, zone],
  )
  const { value } = useAnswer(ask)
  if (!value) return null
  if (!value.next) return <p className="quiet">{say('slots.next.none')}</p>
  const day = localDay(value.next.start, zone)
  const open = () => {
    look.setMonth(monthKeyOf(day))
    look.setDay(day)
  }
  return (
    <button type="button" className="button" onClick={open}>
      {say('slots.next', { day: formats.dayFull(day) })}
    </button>
  )
}
