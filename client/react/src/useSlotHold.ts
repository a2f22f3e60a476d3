import type { Choice, Hold, HoldEnd, ResourceId, SlotHold, TimeLeft } from '@slotkeeper/client'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { useSlotkeeper } from './provider.js'

/** What can be done about a hold. The functions stay the same for a resource. */
export interface HoldActions {
  /** Holds a span, in place of the one before. Shows `holding` at once. */
  readonly place: (choice: Choice) => Promise<Hold>
  /** Switches to the longer lease of the booking form. */
  readonly checkout: () => Promise<Hold>
  /** Gives it back. */
  readonly release: () => Promise<Hold>
  /** What is left of it now; nothing when none is held. */
  readonly timeLeft: () => TimeLeft | undefined
}

/** What else to do. */
export interface SlotHoldOptions {
  /** Called when the hold ends that nobody here let go of. */
  readonly onEnded?: ((end: HoldEnd) => void) | undefined
}

const NONE: Hold = { status: 'none' }

/** How many components use a hold. */
const users = new WeakMap<SlotHold, number>()

/**
 * Keeps a hold for a component. When the last of them has gone, and none has come in the same
 * turn, it is given back: the next step of a booker takes over the hold of the one before, and
 * Strict Mode's second mount the hold of the first.
 */
function retain(hold: SlotHold): () => void {
  users.set(hold, (users.get(hold) ?? 0) + 1)
  return () => {
    users.set(hold, (users.get(hold) ?? 1) - 1)
    setTimeout(() => {
      if (users.get(hold) === 0) void hold.release()
    })
  }
}

/**
 * This visitor's hold on a resource, renewed as long as a component uses it, and given back
 * when the last one unmounts. Components of one resource share it.
 */
export function useSlotHold(
  resourceId: ResourceId,
  { onEnded }: SlotHoldOptions = {},
): Hold & HoldActions {
  const client = useSlotkeeper()
  const store = useMemo(() => client.hold(resourceId), [client, resourceId])
  const hold = useSyncExternalStore(store.subscribe, store.getSnapshot, () => NONE)
  const latest = useRef(onEnded)
  useEffect(() => {
    latest.current = onEnded
  })
  useEffect(() => store.onEnded((end) => latest.current?.(end)), [store])
  useEffect(() => retain(store), [store])
  const actions = useMemo(
    (): HoldActions => ({
      place: (choice) => store.place(choice),
      checkout: () => store.checkout(),
      release: () => store.release(),
      timeLeft: () => store.timeLeft(),
    }),
    [store],
  )
  return useMemo(() => ({ ...hold, ...actions }), [hold, actions])
}
