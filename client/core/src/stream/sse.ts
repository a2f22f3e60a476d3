/** What one block of an event stream says. */
export interface Message {
  /** The name of the event; absent where the stream names none. */
  readonly event?: string | undefined
  /** Absent: the block carries no data, and only its `id` or `retry` count. */
  readonly data?: string | undefined
  readonly id?: string | undefined
  /** Milliseconds to wait before coming back after the stream has ended. */
  readonly retry?: string | undefined
}

/**
 * Reads `text/event-stream` piece by piece, as the HTML standard has it; returns the messages
 * that a piece completes.
 *
 * Unlike EventSource it tells an id that comes alone, `retry`, and that anything came at all.
 */
export function sseReader(): (piece: string) => Message[] {
  let rest = ''
  return (piece) => {
    // A block may be cut anywhere, between the two characters of a line's end too.
    const blocks = (rest + piece).replace(/\r\n|\r(?!$)/g, '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    return blocks.map(messageOf).filter((message) => Object.keys(message).length > 0)
  }
}

function messageOf(block: string): Message {
  const message: Record<string, string> = {}
  for (const line of block.split('\n')) {
    const [, name, value] = /^([^:]+):? ?(.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined) continue
    const before = name === 'data' ? message['data'] : undefined
    message[name] = before === undefined ? value : `${before}\n${value}`
  }
  return message
}
