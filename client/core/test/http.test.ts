import { describe, expect, it } from 'vitest'
import { apiOn } from '../src/api.js'
import { httpOn, urlOf } from '../src/http.js'
import { isRefusal } from '../src/index.js'
import { type Fault, FakeServer } from './support/fakeServer.js'
import { fakePlatform } from './support/platform.js'
import { problem, reply } from './support/replies.js'

const answerTo = async (fault: Fault) => {
  const server = new FakeServer()
  server.fault = fault
  const api = apiOn(httpOn(fakePlatform(server), 'https://rooms.example/api'))
  return { answer: await api.resource('studio a'), seen: server.seen }
}

describe('an answer', () => {
  it('brings the value, and after a write the position', async () => {
    const { answer, seen } = await answerTo(() => reply(200, { name: 'Studio A' }, 'e.0.7'))
    expect(answer).toEqual({ kind: 'ok', value: { name: 'Studio A' }, position: 'e.0.7' })
    expect(seen[0]?.path).toBe('/api/v1/resources/studio%20a')
  })

  it('is a refusal, a value with the times in the way', async () => {
    const conflicts = [{ start: '2026-11-24T13:00:00.000Z', end: '2026-11-24T14:00:00.000Z' }]
    const { answer } = await answerTo(() => problem(409, 'held_by_other', conflicts))
    const alternatives: never[] = []
    const expected = { kind: 'held_by_other', detail: 'it is held_by_other', conflicts }
    expect(answer).toEqual({ ...expected, alternatives })
    expect(isRefusal(answer)).toBe(true)
  })

  it.each([
    [401, 'session_token_expired', 'unauthorized'],
    [403, 'manage_token_wrong', 'unauthorized'],
    [400, 'invalid_time', 'invalid'],
    [409, 'epoch_changed', 'invalid'],
    [422, 'range_too_long', 'invalid'],
    [500, 'internal', 'broken'],
    [502, '', 'unreachable'],
    [503, 'busy', 'busy'],
    [503, 'outcome_unknown', 'outcome_unknown'],
    [504, '', 'unreachable'],
  ])('of status %i and code %s is a failure: %s', async (status, code, kind) => {
    const { answer } = await answerTo(() => problem(status, code))
    expect(answer.kind).toBe(kind)
    expect(isRefusal(answer)).toBe(false)
  })

  it('that is no answer of the server is a failure', async () => {
    const lost = await answerTo(() => {
      throw new TypeError('no network')
    })
    expect(lost.answer).toEqual({ kind: 'unreachable', detail: 'TypeError: no network' })
    const page = await answerTo(() => new Response('<h1>Hotel Wi-Fi</h1>'))
    expect(page.answer.kind).toBe('broken')
    const proxy = await answerTo(() => new Response('<h1>Bad gateway</h1>', { status: 502 }))
    expect(proxy.answer.kind).toBe('unreachable')
  })
})

it('leaves what is undefined out of a query', () => {
  expect(urlOf('', '/v1/x', { from: '2026-11-24', after: undefined, duration: 60 })).toBe(
    '/v1/x?from=2026-11-24&duration=60',
  )
  expect(urlOf('https://rooms.example', '/v1/x')).toBe('https://rooms.example/v1/x')
})
