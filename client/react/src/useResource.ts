import type { Failure, Fetched, Refusal, Resource, ResourceId } from '@slotkeeper/client'
import { useMemo, useSyncExternalStore } from 'react'
import { useSlotkeeper } from './provider.js'

/** Something that is read from the server. */
export interface Read<T> {
  /** The last good answer; kept through failures, and while a newer one is on its way. */
  readonly value: T | undefined
  /** Whether the first answer is still to come. */
  readonly loading: boolean
  /** What came in place of an answer the last time. */
  readonly error: Refusal | Failure | undefined
  /** Asks again. */
  readonly refresh: () => void
}

/** What to begin with: what a server that rendered the page has read. */
export interface Initial<T> {
  readonly initial?: T | undefined
}

/** A store of the client as a component shows it. */
export function useRead<T>(store: Fetched<T>): Read<T> {
  const now = useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot)
  return useMemo(
    () => ({
      value: now.value,
      error: now.error,
      loading: now.value === undefined && !now.error,
      refresh: store.refresh,
    }),
    [now, store],
  )
}

/** All resources that take bookings. */
export function useResources({ initial }: Initial<readonly Resource[]> = {}): Read<
  readonly Resource[]
> {
  const client = useSlotkeeper()
  return useRead(useMemo(() => client.resources(initial), [client, initial]))
}

/**
 * A resource and its settings. Where its days are shown too, it is read again when the
 * operator changes or retires it.
 */
export function useResource(id: ResourceId, { initial }: Initial<Resource> = {}): Read<Resource> {
  const client = useSlotkeeper()
  return useRead(useMemo(() => client.resource(id, initial), [client, id, initial]))
}
