import type { Answer } from './answer.js'
import type { Api } from './api.js'
import type { SessionToken } from './ids.js'
import type { Platform } from './platform.js'
import { msOf } from './time/instant.js'
import type { Session } from './wire.js'

/** A session kept over a reload must have this much left: a visit's worth. */
const SPARE_MS = 1_800_000

/**
 * The visitor's session: made on first need, kept for the tab, replaced when it ends.
 *
 * A tab has its own, because a session has at most one hold on a resource: two tabs of one
 * session would take each other's slots away.
 */
export interface SessionKeeper {
  /** The token to act with. Asked for by many at once, a session is made once. */
  readonly token: () => Promise<Answer<SessionToken>>
  /** The token that is there without asking: what a beacon can send. */
  readonly current: () => SessionToken | undefined
  /**
   * Acts with the token. One that the server takes for no session is forgotten, and then the
   * same is tried `again` with another, if that is wanted.
   */
  readonly use: <T>(
    act: (token: SessionToken) => Promise<Answer<T>>,
    again?: boolean,
  ) => Promise<Answer<T>>
}

/** The session on the server at `baseUrl`. */
export function sessionKeeper(api: Api, platform: Platform, baseUrl: string): SessionKeeper {
  const { page, storage, wallMs } = platform
  const key = `slotkeeper:session:${baseUrl}`
  let session: Session | undefined
  let making: Promise<Answer<Session>> | undefined

  /** Kept only from page to page: a tab that is duplicated meanwhile has a copy of the storage. */
  const keep = (left?: Session) => {
    try {
      storage?.setItem(key, JSON.stringify(left ?? null))
    } catch {
      // A full or forbidden storage costs a new session at the next load, nothing else.
    }
  }

  // What the last page left. A wrong local clock costs one session more for this page, or
  // nothing: the server tells by a 401 what has expired, and that is what counts.
  try {
    const found = JSON.parse(storage?.getItem(key) ?? 'null') as Session | null
    if (found && msOf(found.expiresAt) - wallMs() > SPARE_MS) session = found
  } catch {
    // It was not written here.
  }
  keep()
  page?.addEventListener('pagehide', () => keep(session))
  page?.addEventListener('pageshow', () => keep())

  const token = async (): Promise<Answer<SessionToken>> => {
    if (!session) {
      making ??= api.createSession().finally(() => (making = undefined))
      const answer = await making
      if (answer.kind !== 'ok') return answer
      session = answer.value
    }
    return { kind: 'ok', value: session.token }
  }

  const use: SessionKeeper['use'] = async (act, again) => {
    const used = await token()
    if (used.kind !== 'ok') return used
    const answer = await act(used.value)
    if (answer.kind !== 'unauthorized') return answer
    if (session?.token === used.value) session = undefined
    return again ? use(act) : answer
  }

  return { token, use, current: () => session?.token }
}
