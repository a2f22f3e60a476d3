import type { ResourceId } from '../ids.js'
import { covers, type DayRange, fit } from '../time/day.js'

/** Days of a resource. */
export interface WatchedRange extends DayRange {
  readonly resourceId: ResourceId
}

/** All that one stream watches. */
export type Watched = readonly WatchedRange[]

/** Ranges that one stream watches at most: the server's limit. */
export const RANGES_MAX = 200

/** Of one resource, so that a store can keep the days of all of them. */
const RANGES_OF_ONE_MAX = 6

/**
 * As much of `all` as one stream can watch, first come, first served. Ranges of a resource
 * that lie near to each other become one.
 */
export function gather(all: Iterable<WatchedRange>): Watched {
  const byResource = new Map<ResourceId, DayRange[]>()
  let count = 0
  for (const { resourceId, from, to } of all) {
    const ranges = byResource.get(resourceId) ?? []
    byResource.set(resourceId, ranges)
    const near = ranges.findIndex((range) => covers(fit([range, { from, to }]), { from, to }))
    const one = fit(near < 0 ? [{ from, to }] : [ranges[near] as DayRange, { from, to }])
    if (!one) continue
    if (near >= 0) ranges[near] = one
    else if (count < RANGES_MAX && ranges.length < RANGES_OF_ONE_MAX) {
      ranges.push(one)
      count += 1
    }
  }
  return [...byResource].flatMap(([resourceId, ranges]) =>
    ranges.map((range) => ({ resourceId, ...range })),
  )
}

/** Whether every day of `inner` is one of `outer`. */
export const coversAll = (outer: Watched | undefined, inner: Watched): boolean =>
  inner.every((range) => isIn(outer, range))

const isIn = (outer: Watched | undefined, { resourceId, from, to }: WatchedRange): boolean =>
  outer?.some((range) => range.resourceId === resourceId && covers(range, { from, to })) === true

/** What a reader already has: every day of what was watched, up to an id. */
export interface Known {
  readonly watched: Watched
  readonly id: string
}

/** How to ask for `watched` where `known` is there already. */
export function eventsQuery(
  watched: Watched,
  known: Known | undefined,
): Readonly<Record<'days' | 'whole' | 'lastEventId', string | undefined>> {
  const textOf = (old: boolean) => {
    const ranges = watched.filter((range) => isIn(known?.watched, range) === old)
    return (
      ranges.map(({ resourceId, from, to }) => `${resourceId}:${from}..${to}`).join() || undefined
    )
  }
  const days = textOf(true)
  return { days, whole: textOf(false), lastEventId: days && known?.id }
}
