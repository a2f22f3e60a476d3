import { expect, it } from 'vitest'
import { type Message, sseReader } from '../src/stream/sse.js'

const STREAM = [
  ': slotkeeper\nretry: 2199\n\n',
  'event: availability\ndata: {"date":"2026-11-24","busySlots":[]}\n\n',
  ':\n\n',
  'event:presence\r\ndata: {"a":\r\ndata: 1}\r\n\r\n',
  'id: epoch.1.2\n\n',
  'data\nid:\nunknown: x\n\n',
].join('')

const MESSAGES: Message[] = [
  { retry: '2199' },
  { event: 'availability', data: '{"date":"2026-11-24","busySlots":[]}' },
  { event: 'presence', data: '{"a":\n1}' },
  { id: 'epoch.1.2' },
]

const readIn = (pieces: readonly string[]): Message[] => {
  const read = sseReader()
  return pieces.flatMap((piece) => read(piece))
}

it('reads events, ids alone, retry and comments', () => {
  expect(readIn([STREAM]).slice(0, 4)).toEqual(MESSAGES)
})

it('reads the same wherever the bytes are cut', () => {
  const whole = readIn([STREAM])
  for (let cut = 1; cut < STREAM.length; cut += 1) {
    expect(readIn([STREAM.slice(0, cut), STREAM.slice(cut)]), `cut at ${cut}`).toEqual(whole)
  }
  expect(readIn([...STREAM])).toEqual(whole)
})

it('tells nothing of a block that has not ended', () => {
  expect(readIn(['event: presence\ndata: {}\n'])).toEqual([])
})
