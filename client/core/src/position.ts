import type { Position } from './ids.js'

/** Where a position stands among those of its partition and history, which its text begins with. */
const parts = (position: Position): readonly [string, number] => {
  const at = position.lastIndexOf('.')
  return [position.slice(0, at), Number(position.slice(at + 1))]
}

/**
 * Whether an answer that shows everything up to `shown` may lack what happened at `position`.
 * The form of positions is the server's own affair; this client comes with the server.
 */
export function lacks(shown: Position | null | undefined, position: Position): boolean {
  if (!shown) return true
  const [history, number] = parts(shown)
  const [otherHistory, otherNumber] = parts(position)
  return history !== otherHistory || number < otherNumber
}
