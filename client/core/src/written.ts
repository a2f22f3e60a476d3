import type { Answer } from './answer.js'
import type { Api } from './api.js'
import type { Position, ResourceId } from './ids.js'
import type { Platform } from './platform.js'

/** Milliseconds after which every read has long seen a write, and no position is sent. */
const RECENT_MS = 10_000

/** What this client has written lately, so that what it reads is never from before. */
export interface Written {
  /** The calls, which remember where they have written. */
  readonly api: Api
  /** Reads of a resource, after what was last written there. */
  readonly read: <T>(
    id: ResourceId,
    ask: (after: Position | undefined) => Promise<Answer<T>>,
  ) => Promise<Answer<T>>
}

/** Nothing yet. */
export function written(api: Api, { monotonicMs }: Platform): Written {
  const last = new Map<ResourceId, { readonly position: Position; readonly atMs: number }>()

  const noted = async <T extends { readonly resourceId: ResourceId }>(
    sent: Promise<Answer<T>>,
  ): Promise<Answer<T>> => {
    const answer = await sent
    if (answer.kind === 'ok' && answer.position) {
      last.set(answer.value.resourceId, { position: answer.position, atMs: monotonicMs() })
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
    read,
  }
}
