import type { Interval } from '@slotkeeper/client'

/** A stretch of time in milliseconds since 1970; the end is exclusive. */
export interface Window {
  readonly fromMs: number
  readonly toMs: number
}

/** Where a span lies in a window, in percent of it. */
export interface Block {
  readonly left: number
  readonly width: number
}

/** Cuts a span to a window; nothing when no part of it is within. */
export function blockOf({ start, end }: Interval, { fromMs, toMs }: Window): Block | undefined {
  const from = Math.max(Date.parse(start), fromMs)
  const to = Math.min(Date.parse(end), toMs)
  if (to <= from) return undefined
  const percent = (ms: number) => (100 * ms) / (toMs - fromMs)
  return { left: percent(from - fromMs), width: percent(to - from) }
}

/** Hours between two marks of the axis. */
const MARK_HOURS = 3

/** The moments at which a local day's axis has a mark, in milliseconds since 1970. */
export function marksOf({ fromMs, toMs }: Window): number[] {
  const marks: number[] = []
  for (let ms = fromMs; ms < toMs; ms += MARK_HOURS * 3_600_000) marks.push(ms)
  return marks
}
