import { act, render, screen } from '@testing-library/react'
import { type ReactNode, useEffect } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { SlotkeeperProvider, useBooking, useDaySlots, useSlotHold } from '../src/index.js'
import { pass, renderIn, world } from './support.js'

const TEN = { start: '2026-11-24T10:00:00.000Z', duration: 60 } as const
const ONE = { start: '2026-11-24T13:00:00.000Z', duration: 60 } as const
const here = world()

const usesHold = () => useSlotHold('studio-a')

describe('useSlotHold', () => {
  it('shows at once that the slot is being held, then that it is', async () => {
    const { result } = renderIn(here, usesHold, undefined)
    expect(result.current.status).toBe('none')
    act(() => void result.current.place(TEN))
    expect(result.current).toMatchObject({ status: 'holding', ...TEN })
    await pass()
    expect(result.current).toMatchObject({ status: 'held', ...TEN })
    expect(result.current.timeLeft()).toMatchObject({ leaseMs: 10_000 })
  })

  it('rolls back when somebody was faster', async () => {
    here.server.holdForAnother(TEN.start, 60)
    const { result } = renderIn(here, usesHold, undefined)
    act(() => void result.current.place(TEN))
    await pass()
    expect(result.current).toMatchObject({ status: 'refused', error: { kind: 'held_by_other' } })
    expect(here.server.holds).toHaveLength(1)
  })

  it('is renewed as long as a component uses it, and given back on unmount', async () => {
    const { result, unmount } = renderIn(here, usesHold, undefined)
    act(() => void result.current.place(TEN))
    await pass(60_000)
    expect(here.server.holds).toHaveLength(1)
    unmount()
    await pass()
    expect(here.server.holds).toEqual([])
    const seen = here.server.seen.length
    await pass(60_000)
    expect(here.server.seen).toHaveLength(seen)
  })

  it('goes from one step to the next without being let go of', async () => {
    const Choose = () => {
      const { place } = useSlotHold('studio-a')
      return <button onClick={() => void place(TEN)}>choose</button>
    }
    const Details = () => <p>{useSlotHold('studio-a').status}</p>
    const step = (of: ReactNode) => (
      <SlotkeeperProvider client={here.client}>{of}</SlotkeeperProvider>
    )
    const { rerender } = render(step(<Choose />))
    act(() => screen.getByText('choose').click())
    await pass()
    rerender(step(<Details />))
    await pass()
    expect(screen.getByText('held')).toBeTruthy()
    expect(here.server.count('/leave')).toBe(0)
    expect(here.server.count('/heartbeat')).toBe(1)
  })

  it('places once in Strict Mode, which runs effects twice', async () => {
    const { result } = renderIn(
      here,
      () => {
        const hold = usesHold()
        const { place, release } = hold
        useEffect(() => {
          void place(TEN)
          return () => void release()
        }, [place, release])
        return hold
      },
      undefined,
    )
    await pass()
    expect(here.server.count('/heartbeat')).toBe(1)
    expect(here.server.count('/leave')).toBe(0)
    expect(result.current.status).toBe('held')
  })

  it('keeps its functions from one render to the next', async () => {
    const { result } = renderIn(here, usesHold, undefined)
    const { place, checkout, release } = result.current
    act(() => void place(TEN))
    await pass()
    expect(result.current).toMatchObject({ place, checkout, release })
  })

  it('tells of its end once, to the listener of the last render', async () => {
    const [early, late] = [vi.fn(), vi.fn()]
    const { result, rerender } = renderIn(
      here,
      (onEnded: (end: string) => void) => useSlotHold('studio-a', { onEnded }),
      early,
    )
    rerender(late)
    act(() => void result.current.place(TEN))
    await pass()
    here.server.endHold(here.server.holds[0]?.holdId ?? '')
    await pass(5_000)
    expect(result.current.status).toBe('lost')
    expect(early).not.toHaveBeenCalled()
    expect(late.mock.calls).toEqual([['lost']])
  })

  it('leaves one’s own slot free in the list beside it', async () => {
    const { result } = renderIn(
      here,
      () => ({
        hold: usesHold(),
        slots: useDaySlots({ resourceId: 'studio-a', date: '2026-11-24', duration: 60 }),
      }),
      undefined,
    )
    await pass()
    act(() => void result.current.hold.place(ONE))
    await pass(1_000)
    expect(result.current.slots.available).toHaveLength(24)
  })
})

describe('useBooking', () => {
  const attendee = { name: 'Ada', email: 'ada@example.com' }
  const request = { resourceId: 'studio-a', ...TEN, attendee }

  it('goes from the form to the confirmation, and consumes the hold', async () => {
    const { result } = renderIn(
      here,
      () => ({ hold: usesHold(), booking: useBooking() }),
      undefined,
    )
    act(() => void result.current.hold.place(TEN))
    await pass()
    expect(result.current.booking.status).toBe('idle')
    act(() => void result.current.booking.book(request))
    expect(result.current.booking).toMatchObject({ status: 'booking', request })
    await pass()
    expect(result.current.booking).toMatchObject({
      status: 'booked',
      booking: { start: TEN.start },
    })
    expect(result.current.hold.status).toBe('none')
    expect(here.server.holds).toEqual([])
    act(() => result.current.booking.reset())
    expect(result.current.booking.status).toBe('idle')
  })

  it('books once however often the button is pressed', async () => {
    const { result } = renderIn(here, () => useBooking(), undefined)
    const answers: Promise<unknown>[] = []
    act(() => void answers.push(...[1, 2, 3].map(() => result.current.book(request))))
    await pass()
    expect(new Set(await Promise.all(answers)).size).toBe(1)
    expect(here.server.count('/bookings')).toBe(1)
  })

  it('says what was in the way', async () => {
    here.server.bookForAnother(TEN.start, 60)
    const { result } = renderIn(here, () => useBooking(), undefined)
    act(() => void result.current.book(request))
    await pass()
    expect(result.current).toMatchObject({ status: 'refused', error: { kind: 'booked' } })
  })

  it('goes on with an unsettled attempt when the same is booked again, after a reset too', async () => {
    let lost = 0
    here.server.fault = ({ path }) =>
      path.endsWith('/bookings') && (lost += 1) <= 6 ? 'lose' : undefined
    const { result } = renderIn(here, () => useBooking(), undefined)
    act(() => void result.current.book(request))
    await pass(30_000)
    expect(result.current).toMatchObject({ status: 'failed', error: { kind: 'outcome_unknown' } })
    act(() => result.current.reset())
    act(() => void result.current.book(request))
    await pass()
    expect(result.current.status).toBe('booked')
    expect(here.server.bookings.size).toBe(1)
  })

  it('shows nothing of a request that was reset while it was under way', async () => {
    const { result } = renderIn(here, () => useBooking(), undefined)
    act(() => void result.current.book(request))
    act(() => result.current.reset())
    await pass()
    expect(result.current.status).toBe('idle')
  })
})
