import type { Answer } from './answer.js'
import type { Api } from './api.js'
import type { Position, ResourceId } from './ids.js'
import type { Platform } from './platform.js'
import { lacks } from './position.js'

/** Milliseconds after which every read has long seen a write, and no position is sent. */
const RECENT_MS = 10_000

/** What this client has written and heard lately, so that what it reads is never from before. */
export interface Written {
  /** The calls, which remember where they have written, and read after it. */
  readonly api: Api
  /** Notes that something happened to a resource, which reads of it are to show. */
  readonly note: (id: ResourceId, position: Position) => void
  /** How often this client has written to a resource: what was read before is old. */
  readonly writes: (id: ResourceId) => number
}

/** Nothing yet. */
export function written(api: Api, { monotonicMs }: Platform): Written {
  const last = new Map<ResourceId, { readonly position: Position; readonly atMs: number }>()
  const counts = new Map<ResourceId, number>()
  const writes = (id: ResourceId) => counts.get(id) ?? 0

  const note: Written['note'] = (id, position) => {
    const before = last.get(id)
    if (before && !lacks(before.position, position)) return
    last.set(id, { position, atMs: monotonicMs() })
  }

  const noted = async <T extends { readonly resourceId: ResourceId }>(
    sent: Promise<Answer<T>>,
  ): Promise<Answer<T>> => {
    const answer = await sent
    if (answer.kind === 'ok' && answer.position) {
      const { resourceId: id } = answer.value
      counts.set(id, writes(id) + 1)
      note(id, answer.position)
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
    if (answer.kind !== 'invalid') return answer
    for (const id of ids) if (last.get(id)?.position === latest.position) last.delete(id)
    return ask(undefined)
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
      resource: (id, after) => read([id], after, (position) => api.resource(id, position)),
      day: (id, date, after) => read([id], after, (position) => api.day(id, date, position)),
      slots: (query, after) =>
        read([query.resourceId], after, (position) => api.slots(query, position)),
      presence: (id, range, after) =>
        read([id], after, (position) => api.presence(id, range, position)),
      book: (...request) => noted(api.book(...request)),
      reschedule: (...request) => noted(api.reschedule(...request)),
      cancel: (...request) => noted(api.cancel(...request)),
    },
    note,
    writes,
  }
}
