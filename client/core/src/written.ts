import type { Answer } from './answer.js'
import type { Api } from './api.js'
import type { Position, ResourceId } from './ids.js'
import type { Platform } from './platform.js'
import { lacks } from './position.js'

/** Milliseconds after which every read has long seen a write, and no position is sent. */
const RECENT_MS = 10_000

/** What this client has written and heard lately, so that what it reads is never from before. */
export interface Written {
  /** The calls, which remember where they have written. */
  readonly api: Api
  /** Notes that something happened to a resource, which reads of it are to show. */
  readonly note: (id: ResourceId, position: Position) => void
  /** Reads of a resource, after what was last noted there. */
  readonly read: <T>(
    id: ResourceId,
    ask: (after: Position | undefined) => Promise<Answer<T>>,
  ) => Promise<Answer<T>>
}

/** Nothing yet. */
export function written(api: Api, { monotonicMs }: Platform): Written {
  const last = new Map<ResourceId, { readonly position: Position; readonly atMs: number }>()

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
      note(answer.value.resourceId, answer.position)
    }
    return answer
  }

  const read: Written['read'] = async (id, ask) => {
    const { position, atMs = -Infinity } = last.get(id) ?? {}
    if (!position || monotonicMs() - atMs > RECENT_MS) return ask(undefined)
    const answer = await ask(position)
    // The position is of a history that was undone since: there is nothing to wait for.
    if (answer.kind !== 'invalid') return answer
    last.delete(id)
    return ask(undefined)
  }

  return {
    api: {
      ...api,
      book: (...request) => noted(api.book(...request)),
      reschedule: (...request) => noted(api.reschedule(...request)),
      cancel: (...request) => noted(api.cancel(...request)),
    },
    note,
    read,
  }
}
