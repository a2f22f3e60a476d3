import type { Answer } from './answer.js'
import type { Api } from './api.js'
import type { Position, ResourceId } from './ids.js'
import type { Platform } from './platform.js'

/** Milliseconds after which every read has long seen a write, and no position is sent. */
const RECENT_MS = 10_000

/** What this client has written lately, so that what it reads is never from before. */
export interface Written {
  /** The calls, which remember where they have written, and read after it. */
  readonly api: Api
  /** How often this client has written to a resource: what was read before is old. */
  readonly writes: (id: ResourceId) => number
}

interface Write {
  readonly position: Position
  readonly atMs: number
  readonly count: number
}

/** Nothing yet. */
export function written(api: Api, { monotonicMs }: Platform): Written {
  const last = new Map<ResourceId, Write>()
  const writes = (id: ResourceId) => last.get(id)?.count ?? 0

  const noted = async <T extends { readonly resourceId: ResourceId }>(
    sent: Promise<Answer<T>>,
  ): Promise<Answer<T>> => {
    const answer = await sent
    if (answer.kind === 'ok' && answer.position) {
      const { resourceId: id } = answer.value
      last.set(id, { position: answer.position, atMs: monotonicMs(), count: writes(id) + 1 })
    }
    return answer
  }

  /** Reads of resources, after what was last written to one of them, unless told after what. */
  const read = async <T>(
    ids: readonly ResourceId[],
    after: Position | undefined,
    ask: (after: Position | undefined) => Promise<Answer<T>>,
  ): Promise<Answer<T>> => {
    const oldestMs = monotonicMs() - RECENT_MS
    const recent = ids.flatMap((id) => last.get(id) ?? []).filter(({ atMs }) => atMs >= oldestMs)
    const latest = recent.toSorted((a, b) => b.atMs - a.atMs)[0]
    if (after !== undefined || !latest) return ask(after)
    const answer = await ask(latest.position)
    // The position is of a history that was undone since: there is nothing to wait for.
    return answer.kind === 'invalid' ? ask(undefined) : answer
  }

  return {
    api: {
      ...api,
      availability: (query, after) =>
        read([query.resourceId], after, (position) => api.availability(query, position)),
      availabilities: (query, after) =>
        read(query.resourceIds, after, (position) => api.availabilities(query, position)),
      next: (query, after) =>
        read([query.resourceId], after, (position) => api.next(query, position)),
      day: (id, date, after) => read([id], after, (position) => api.day(id, date, position)),
      slots: (query, after) =>
        read([query.resourceId], after, (position) => api.slots(query, position)),
      presence: (id, range, after) =>
        read([id], after, (position) => api.presence(id, range, position)),
      book: (...request) => noted(api.book(...request)),
      reschedule: (...request) => noted(api.reschedule(...request)),
      cancel: (...request) => noted(api.cancel(...request)),
    },
    writes,
  }
}
