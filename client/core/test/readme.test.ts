import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FakeServer } from './support/fakeServer.js'
import { complaintsAbout, examplesOf, run } from './support/readme.js'

const PACKAGE = join(import.meta.dirname, '..')
const examples = examplesOf(PACKAGE)

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the README', () => {
  it.each(examples)('has an example that compiles: %#', (code) => {
    expect(complaintsAbout(PACKAGE, code)).toEqual([])
  })

  it('has a first example that shows a day, holds a slot and books it', async () => {
    // Half past midnight in Berlin, and before the first time of that day's list.
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 19, 23, 30), toFake: ['Date'] })
    const server = new FakeServer()
    const said: string[] = []
    vi.stubGlobal('fetch', server.fetch)
    vi.stubGlobal('console', { log: (line: string) => said.push(line) })
    await run(PACKAGE, examples[0] ?? '')
    expect(said.at(-1)).toMatch(/^booked: booking-\d+$/)
    const times = said.find((line) => line.endsWith('; 0 reserved'))
    expect(times?.split(',')).toHaveLength(24)
    expect(server.holds).toEqual([])
  })
})
