import { bookingId, manageToken, type SlotList } from '@slotkeeper/client'
import { act } from '@testing-library/react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import {
  SlotkeeperProvider,
  useDaySlots,
  useManagedBooking,
  useMonthAvailability,
  useResource,
  useResources,
  useSlotHold,
  useTimeLeft,
} from '../src/index.js'
import { problem, reply } from '../../core/test/support/replies.js'
import { pass, renderIn, world } from './support.js'

const here = world()

describe('useResource', () => {
  it('has a resource, and what becomes of it while its days are shown', async () => {
    const query = { resourceId: 'studio-a', date: '2026-11-24', duration: 60 } as const
    const both = () => {
      useDaySlots(query)
      return useResource('studio-a')
    }
    const { result } = renderIn(here, both, undefined)
    expect(result.current).toMatchObject({ loading: true, value: undefined })
    await pass(100)
    expect(result.current).toMatchObject({ loading: false, value: { name: 'Studio 0' } })
    here.server.changeResource()
    await pass(100)
    expect(result.current.value?.name).toBe('Studio 1')
  })

  it('says why there is none', async () => {
    here.server.fault = () => problem(404, 'resource_not_found')
    const { result } = renderIn(here, useResource, 'nowhere')
    await pass()
    expect(result.current).toMatchObject({
      loading: false,
      error: { kind: 'resource_not_found' },
    })
  })
})

describe('useResources', () => {
  it('has all of them', async () => {
    here.server.fault = ({ query }) =>
      query.has('cursor')
        ? reply(200, { resources: [{ resourceId: 'studio-b' }] })
        : reply(200, { resources: [{ resourceId: 'studio-a' }], nextCursor: 'next' })
    const { result } = renderIn(here, () => useResources(), undefined)
    await pass()
    const ids = result.current.value?.map(({ resourceId }) => resourceId)
    expect(ids).toEqual(['studio-a', 'studio-b'])
  })
})

describe('useManagedBooking', () => {
  it('reads a booking, and again after it was moved', async () => {
    let start = '2026-11-24T10:00:00.000Z'
    here.server.fault = ({ method, body }) => {
      if (method === 'PATCH') start = String(body['start'])
      return reply(200, { bookingId: 'b', resourceId: 'studio-a', start })
    }
    const managed = () => useManagedBooking(bookingId('b'), manageToken('t'))
    const { result } = renderIn(here, managed, undefined)
    await pass()
    expect(result.current.value?.start).toBe('2026-11-24T10:00:00.000Z')
    const to = { start: '2026-11-24T15:00:00.000Z', duration: 60 } as const
    await act(() => result.current.reschedule(to))
    await pass()
    expect(result.current.value?.start).toBe('2026-11-24T15:00:00.000Z')
  })
})

describe('useTimeLeft', () => {
  it('counts down, and has nothing without a hold', async () => {
    const both = () => ({ hold: useSlotHold('studio-a'), left: useTimeLeft('studio-a') })
    const { result } = renderIn(here, both, undefined)
    expect(result.current.left).toBeUndefined()
    act(() => {
      void result.current.hold.place({ start: '2026-11-24T10:00:00.000Z', duration: 60 })
    })
    await pass()
    const before = result.current.left?.inAllMs ?? 0
    expect(before).toBeGreaterThan(800_000)
    await pass(3_000)
    expect(before - (result.current.left?.inAllMs ?? 0)).toBe(3_000)
    act(() => {
      void result.current.hold.release()
    })
    await pass()
    expect(result.current.left).toBeUndefined()
  })
})

describe('a page that a server renders', () => {
  const listed: SlotList = {
    slots: [
      { start: '2026-11-24T09:00:00.000Z', end: '2026-11-24T10:00:00.000Z', available: true },
    ],
  }
  const month = { days: { '2026-11-24': true } } as const

  function Page() {
    const slots = useDaySlots(
      { resourceId: 'studio-a', date: '2026-11-24', duration: 60 },
      { initial: listed },
    )
    const { days } = useMonthAvailability(
      { resourceId: 'studio-a', from: '2026-11-24', to: '2026-11-24', duration: 60 },
      { initial: month },
    )
    return (
      <p>
        {slots.available.map(({ start }) => start).join()} {Object.keys(days).join()}
      </p>
    )
  }

  it('has the times and the days in its first HTML', () => {
    const html = renderToString(
      <SlotkeeperProvider client={here.client}>
        <Page />
      </SlotkeeperProvider>,
    )
    expect(html).toContain('2026-11-24T09:00:00.000Z')
    expect(html).toContain('2026-11-24<')
    expect(here.server.seen).toEqual([])
  })
})
