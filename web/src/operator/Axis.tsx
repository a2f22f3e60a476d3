import type { Instant } from '@slotkeeper/client'
import { useSpeech } from '../i18n/speech.js'
import { marksOf, type Window } from './blocks.js'

export interface AxisProps {
  readonly span: Window
  readonly zone: string
  readonly nowMs: number
}

const percentOf = (ms: number, { fromMs, toMs }: Window): string =>
  `${(100 * (ms - fromMs)) / (toMs - fromMs)}%`

/** The hours above the rows, and the line of the present. */
export function Axis({ span, zone, nowMs }: AxisProps) {
  const { formats } = useSpeech()
  return (
    <div className="axis" aria-hidden="true">
      <div className="axis-track">
        {marksOf(span).map((ms) => (
          <span key={ms} style={{ insetInlineStart: percentOf(ms, span) }}>
            {formats.time(new Date(ms).toISOString() as Instant, zone)}
          </span>
        ))}
        {nowMs >= span.fromMs && nowMs < span.toMs && (
          <i className="now" style={{ insetInlineStart: percentOf(nowMs, span) }} />
        )}
      </div>
    </div>
  )
}
