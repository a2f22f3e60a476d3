import { addDays, type Day, type Month } from '@slotkeeper/client'
import { useSpeech } from '../i18n/speech.js'
import type { Say } from '../i18n/text.js'
import type { Formats } from '../time/formats.js'

export interface NextFreeProps {
  /** By date, whether the resource has a free time; nothing while that is not known. */
  readonly days: Month | undefined
  readonly today: Day
}

/** Says when a resource is free next, for its shortest duration. */
export function NextFree({ days, today }: NextFreeProps) {
  const { say, formats } = useSpeech()
  const free = days && (Object.keys(days) as Day[]).toSorted().find((day) => days[day])
  return (
    <p className="next-free" data-free={free !== undefined}>
      {days ? textOf(free, today, say, formats) : ''}
    </p>
  )
}

function textOf(free: Day | undefined, today: Day, say: Say, formats: Formats): string {
  if (free === undefined) return say('picker.free.none')
  if (free === today) return say('picker.free.today')
  if (free === addDays(today, 1)) return say('picker.free.tomorrow')
  return say('picker.free.later', { day: formats.dayShort(free) })
}
