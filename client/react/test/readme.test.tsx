import { join } from 'node:path'
import { act, cleanup, render, screen } from '@testing-library/react'
import { createElement, type FunctionComponent } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeServer } from '../../core/test/support/fakeServer.js'
import { pass as passTime } from '../../core/test/support/platform.js'
import { complaintsAbout, examplesOf, run } from '../../core/test/support/readme.js'

const PACKAGE = join(import.meta.dirname, '..')
const examples = examplesOf(PACKAGE)
const pass = (ms = 0) => act(() => passTime(ms))

beforeEach(() => {
  sessionStorage.clear()
  // Half past midnight in Berlin, and before the first time of that day's list.
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 19, 23, 30) })
})

afterEach(() => {
  cleanup()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the README', () => {
  it.each(examples)('has an example that compiles: %#', (code) => {
    expect(complaintsAbout(PACKAGE, code)).toEqual([])
  })

  it('has an example in which a slot is chosen, let go of, chosen again and booked', async () => {
    const server = new FakeServer()
    vi.stubGlobal('fetch', server.fetch)
    const { default: App } = (await run(PACKAGE, examples[0] ?? '')) as {
      default: FunctionComponent
    }
    render(createElement(App))
    await pass()
    const slots = () => screen.getAllByRole('button')
    expect(slots()).toHaveLength(24)
    act(() => slots()[13]?.click())
    await pass()
    act(() => screen.getByText('Back').click())
    await pass()
    expect(server.holds).toEqual([])
    act(() => slots()[13]?.click())
    await pass()
    act(() => screen.getByText('Book').click())
    await pass()
    expect(screen.getByText('Booked.')).toBeTruthy()
    expect(server.bookings.size).toBe(1)
  })
})
