import type { BookingAttempt, Choice, Failure, NewBooking, Refusal } from '@slotkeeper/client'
import { describe, expect, it } from 'vitest'
import { type Flow, flow, type Happening, START } from '../src/booker/flow.js'

const choice: Choice = { start: '2026-11-24T13:00:00.000Z', duration: 60 }
const taken: Refusal = { kind: 'held_by_other', detail: '', conflicts: [], alternatives: [] }
const noAnswer: Failure = { kind: 'outcome_unknown', detail: '' }
const busy: Failure = { kind: 'busy', detail: '', retryAfterMs: 0 }
const attempt = { key: 'k' } as BookingAttempt
const booking = { bookingId: 'b' } as unknown as NewBooking

const after = (...happenings: Happening[]): Flow => happenings.reduce(flow, START)

const held: Happening = { type: 'held', choice }
const sent: Happening = { type: 'sent', attempt }

describe('the way to a booking', () => {
  it('leads from the choice over the form to the booking', () => {
    expect(after({ type: 'chose' })).toEqual({ step: 'choose' })
    expect(after(held)).toEqual({ step: 'details', choice })
    expect(after(held, sent, { type: 'booked', booking })).toEqual({ step: 'done', booking })
  })

  it('stays at the choice when a time is refused, and says so until the next choice', () => {
    const refused = after({ type: 'refused', choice, error: taken })
    expect(refused).toEqual({ step: 'choose', refused: { choice, error: taken } })
    expect(flow(refused, { type: 'chose' })).toEqual(START)
    expect(flow(refused, { type: 'noted' })).toEqual(START)
  })

  it('keeps the form when the hold is lost, and goes on when the time is held again', () => {
    const lost = after(held, { type: 'lost', end: 'expired' })
    expect(lost).toMatchObject({ step: 'details', choice, lost: 'expired' })
    const asking = flow(lost, { type: 'askedAgain' })
    expect(asking).toMatchObject({ lost: 'expired', again: 'asking' })
    expect(flow(asking, held)).toEqual({ step: 'details', choice })
  })

  it('says what became of asking again', () => {
    const asking = after(held, { type: 'lost', end: 'lost' }, { type: 'askedAgain' })
    expect(flow(asking, { type: 'refused', choice, error: taken })).toMatchObject({
      again: 'taken',
    })
    expect(flow(asking, { type: 'refused', choice, error: busy })).toMatchObject({
      again: 'unreachable',
    })
  })

  it('says that the time is lost when a form that was begun before a reload can not hold it', () => {
    const refused = after(held, { type: 'refused', choice, error: taken })
    expect(refused).toMatchObject({ step: 'details', lost: 'lost', again: 'taken' })
  })

  it('is not disturbed by the end of the hold while the booking is under way', () => {
    const sending = after(held, sent)
    expect(flow(sending, { type: 'lost', end: 'lost' })).toBe(sending)
  })

  it('keeps the attempt whose outcome nobody knows, so that asking again books once', () => {
    expect(after(held, sent, { type: 'failed', failure: noAnswer })).toEqual({
      step: 'details',
      choice,
      attempt,
      failure: noAnswer,
    })
  })

  it('is not disturbed by the end of the hold while only asking again can tell what is booked', () => {
    const open = after(held, sent, { type: 'failed', failure: noAnswer })
    expect(flow(open, { type: 'lost', end: 'lost' })).toBe(open)
    expect(flow(open, { type: 'lost', end: 'expired' })).toBe(open)
  })

  it('drops the attempt that certainly booked nothing', () => {
    const failed = after(held, sent, { type: 'failed', failure: busy })
    expect(failed).toMatchObject({ failure: busy, attempt: undefined })
  })

  it('offers another time when the last step meets a stranger', () => {
    expect(after(held, sent, { type: 'gone', error: taken })).toEqual({
      step: 'details',
      choice,
      lost: 'taken',
    })
  })

  it.each([
    ['held_by_other', 'taken'],
    ['booked', 'taken'],
    ['past', 'past'],
    ['resource_retired', 'retired'],
    ['resource_not_found', 'retired'],
    ['closed', 'refused'],
    ['duration_not_offered', 'refused'],
  ] as const)('says of %s that it is %s, when booking and when holding again', (kind, lost) => {
    const error = { kind, detail: '', conflicts: [], alternatives: [] } as Refusal
    expect(after(held, sent, { type: 'gone', error })).toMatchObject({ lost })
    const asking = after(held, { type: 'lost', end: 'lost' }, { type: 'askedAgain' })
    expect(flow(asking, { type: 'refused', choice, error })).toMatchObject({ again: lost })
  })

  it('goes back to the choice, and begins anew after the booking', () => {
    expect(after(held, { type: 'back' })).toEqual(START)
    expect(after(held, sent, { type: 'booked', booking }, { type: 'restarted' })).toEqual(START)
  })

  it('ignores what comes too late', () => {
    expect(after(held, { type: 'back' }, { type: 'lost', end: 'lost' })).toEqual(START)
    expect(after(held, { type: 'back' }, { type: 'failed', failure: busy })).toEqual(START)
    const done = after(held, sent, { type: 'booked', booking })
    expect(flow(done, { type: 'lost', end: 'lost' })).toBe(done)
    expect(flow(done, { type: 'back' })).toBe(done)
  })
})
