import type { ResourceId } from '@slotkeeper/client'
import { useSyncExternalStore } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { useSlotkeeper } from '@slotkeeper/react'
import { useSettled } from '../slots/useSettled.js'

/** Milliseconds that a lost connection may take to come back before anybody is told. */
const PATIENCE_MS = 2_000

/** Says when what is shown may be out of date. It lies over the page and moves nothing. */
export function Connection({ resourceId }: { readonly resourceId: ResourceId }) {
  const { say } = useSpeech()
  const { connection } = useSlotkeeper().days(resourceId)
  const state = useSyncExternalStore(connection.subscribe, connection.getSnapshot)
  const settled = useSettled(state === 'offline', PATIENCE_MS)
  // Where the browser itself knows that it has no network, there is nothing to be patient about.
  const offline = state === 'offline' && (settled || !navigator.onLine)
  return (
    <div role="status" className="connection">
      {offline && <p>{say('status.offline')}</p>}
    </div>
  )
}
