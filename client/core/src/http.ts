import { type Answer, refused } from './answer.js'
import type { Position } from './ids.js'
import type { Platform } from './platform.js'

/** Milliseconds until an answer counts as lost. The server's own waits are shorter. */
export const ANSWER_WITHIN_MS = 15_000

/** One request. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the base, with a leading slash. */
  readonly path: string
  /** Left out where undefined. */
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined
  /** Sent as JSON. */
  readonly body?: object | undefined
  /** A session's token, sent as Bearer. */
  readonly token?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Milliseconds until the answer counts as lost. Absent: {@link ANSWER_WITHIN_MS}. */
  readonly withinMs?: number | undefined
}

/** Sends a call; never rejects. */
export type Http = <T>(call: Call) => Promise<Answer<T>>

/** The address of `path` with `query` under `base`. */
export function urlOf(base: string, path: string, query: Call['query'] = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) params.set(name, String(value))
  }
  return base + path + (params.size > 0 ? `?${params}` : '')
}

const requestOf = ({ method, headers, token, body }: Call): RequestInit => ({
  method,
  headers: {
    ...headers,
    ...(body && { 'content-type': 'application/json' }),
    ...(token && { authorization: `Bearer ${token}` }),
  },
  body: body ? JSON.stringify(body) : null,
})

async function read<T>(response: Response): Promise<Answer<T>> {
  const body: unknown = await response.json().catch(() => undefined)
  // An answer that says nothing where something is due is a proxy's, not the server's.
  const says = body !== undefined || response.status === 204
  if (!response.ok || !says) return refused(response, body)
  const position = response.headers.get('slotkeeper-position') as Position | null
  return { kind: 'ok', value: body as T, position }
}

/** Calls under `base`, an origin with or without a path, no slash at its end. */
export const httpOn =
  (platform: Platform, base: string): Http =>
  async <T>(call: Call): Promise<Answer<T>> => {
    try {
      const signal = AbortSignal.timeout(call.withinMs ?? ANSWER_WITHIN_MS)
      const url = urlOf(base, call.path, call.query)
      return await read<T>(await platform.fetch(url, { ...requestOf(call), signal }))
    } catch (error) {
      return { kind: 'unreachable', detail: String(error) }
    }
  }
