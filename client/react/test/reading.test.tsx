import { act, render, screen } from '@testing-library/react'
import { StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import {
  SlotkeeperProvider,
  useDaySlots,
  useMonthAvailability,
  usePresence,
  useSlotkeeper,
} from '../src/index.js'
import { problem } from '../../core/test/support/replies.js'
import { pass, renderIn, world } from './support.js'

const ONE = '2026-11-24T13:00:00.000Z'
const here = world()

const day = (date: '2026-11-24' | '2026-11-25' = '2026-11-24', duration = 60, id = 'studio-a') => ({
  resourceId: id,
  date,
  duration,
})

describe('useDaySlots', () => {
  it('has the available, the reserved, and both in the order of time', async () => {
    here.server.holdForAnother(ONE, 60)
    const { result } = renderIn(here, useDaySlots, day())
    expect(result.current).toMatchObject({ loading: true, previous: false, merged: [] })
    await pass()
    expect(result.current).toMatchObject({ loading: false, connection: 'live' })
    expect(result.current.available).toHaveLength(23)
    expect(result.current.reserved.map(({ start }) => start)).toEqual([ONE])
    const starts = result.current.merged.map(({ start }) => start)
    expect(starts).toEqual(starts.toSorted())
    expect(starts).toHaveLength(24)
  })

  it('follows holds without another list', async () => {
    const { result } = renderIn(here, useDaySlots, day('2026-11-24', 300))
    await pass()
    const holdId = here.server.holdForAnother(ONE, 60)
    await pass(100)
    expect(result.current.reserved).toHaveLength(5)
    here.server.endHold(holdId)
    await pass(100)
    expect(result.current.reserved).toHaveLength(0)
    expect(here.server.count('/slots')).toBe(1)
  })

  it('keeps the last slots while another duration or day loads', async () => {
    const { result, rerender } = renderIn(here, useDaySlots, day())
    await pass()
    const { merged } = result.current
    rerender(day('2026-11-25', 120))
    expect(result.current).toMatchObject({ loading: true, previous: true })
    expect(result.current.merged).toBe(merged)
    await pass()
    expect(result.current).toMatchObject({ loading: false, previous: false })
    expect(result.current.merged[0]?.start).toBe('2026-11-25T00:00:00.000Z')
  })

  it('keeps nothing where the new slots can not be loaded', async () => {
    const { result, rerender } = renderIn(here, useDaySlots, day())
    await pass()
    here.server.fault = ({ path }) =>
      path.endsWith('/slots') ? problem(500, 'internal') : undefined
    rerender(day('2026-11-25'))
    await pass()
    expect(result.current).toMatchObject({ previous: false, merged: [], error: { kind: 'broken' } })
    here.server.fault = () => undefined
    await pass(60_000)
    expect(result.current).toMatchObject({ error: undefined })
    expect(result.current.merged[0]?.start).toBe('2026-11-25T00:00:00.000Z')
  })

  it('keeps nothing of another resource', async () => {
    const { result, rerender } = renderIn(here, useDaySlots, day())
    await pass()
    rerender(day('2026-11-24', 60, 'studio-b'))
    expect(result.current).toMatchObject({ loading: true, previous: false, merged: [] })
    await pass()
  })

  it('renders not at all for a change that is none of its own', async () => {
    let renders = 0
    renderIn(
      here,
      () => {
        renders += 1
        return useDaySlots(day())
      },
      undefined,
    )
    await pass()
    const before = renders
    here.server.holdForAnother('2026-11-26T00:00:00.000Z', 60)
    await pass(100)
    expect(renders).toBe(before)
  })

  it('opens one stream in Strict Mode, and closes it after the last component', async () => {
    const { unmount } = renderIn(here, useDaySlots, day())
    await pass()
    expect(here.server.count('/events')).toBe(1)
    expect(here.server.count('/slots')).toBe(1)
    unmount()
    await pass(5_000)
    expect(here.server.streams.count).toBe(0)
  })
})

describe('useMonthAvailability', () => {
  const month = (duration: number) => ({
    resourceId: 'studio-a',
    from: '2026-11-01' as const,
    to: '2026-11-30' as const,
    duration,
  })

  it('has the days, and keeps them while another duration loads', async () => {
    const { result, rerender } = renderIn(here, useMonthAvailability, month(60))
    const nothing = { days: {}, closedBy: {}, reasons: {}, previous: false, error: undefined }
    expect(result.current).toEqual({ ...nothing, loading: true })
    await pass()
    expect(result.current.days['2026-11-24']).toBe(true)
    const { days } = result.current
    rerender(month(120))
    expect(result.current).toMatchObject({ loading: true, previous: true })
    expect(result.current.days).toBe(days)
    await pass()
    expect(result.current).toMatchObject({ loading: false, previous: false })
  })

  it('has no days where those of another duration can not be loaded', async () => {
    const { result, rerender } = renderIn(here, useMonthAvailability, month(60))
    await pass()
    here.server.fault = ({ path }) =>
      path.endsWith('/availability') ? problem(500, 'internal') : undefined
    rerender(month(120))
    await pass()
    expect(result.current).toMatchObject({ days: {}, previous: false, error: { kind: 'broken' } })
  })

  it('follows bookings', async () => {
    const { result } = renderIn(here, useMonthAvailability, month(60))
    await pass()
    here.server.bookForAnother('2026-11-24T00:00:00.000Z', 1440)
    await pass(1_400)
    expect(result.current.days['2026-11-24']).toBe(false)
  })
})

describe('usePresence', () => {
  it('has the holds of the days, live', async () => {
    const range = { from: '2026-11-24', to: '2026-11-24' } as const
    const { result } = renderIn(here, () => usePresence('studio-a', range), undefined)
    expect(result.current).toEqual([])
    await pass()
    const holdId = here.server.holdForAnother(ONE, 60)
    await pass(100)
    expect(result.current).toMatchObject([{ holdId, start: ONE }])
  })
})

describe('the provider', () => {
  it('is needed', () => {
    const Lost = () => <>{typeof useSlotkeeper()}</>
    expect(() => renderToString(<Lost />)).toThrow('needs a SlotkeeperProvider')
  })

  it('renders on a server, where nothing is fetched, and takes over in the page', async () => {
    const Day = () => {
      const { loading, merged } = useDaySlots(day())
      const { days } = useMonthAvailability({ ...day(), from: '2026-11-01', to: '2026-11-30' })
      const holds = usePresence('studio-a', { from: '2026-11-24', to: '2026-11-24' })
      return <p>{[loading, merged.length, Object.keys(days).length, holds.length].join(' ')}</p>
    }
    const page = (
      <StrictMode>
        <SlotkeeperProvider client={here.client}>
          <Day />
        </SlotkeeperProvider>
      </StrictMode>
    )
    expect(renderToString(page)).toBe('<p>true 0 0 0</p>')
    expect(here.server.seen).toEqual([])
    const container = document.body.appendChild(document.createElement('div'))
    container.innerHTML = renderToString(page)
    await act(async () => void render(page, { container, hydrate: true }))
    await pass()
    expect(screen.getByText('false 24 30 0')).toBeTruthy()
  })
})
