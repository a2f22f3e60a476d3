import { type Answer, type Failure, isUnknown, retriableAfterMs } from './answer.js'
import type { Api, BookingRequest } from './api.js'
import { delayMs, QUICK, wait } from './backoff.js'
import { type Fetched, fetched } from './fetched.js'
import type { Choice } from './hold.js'
import type { BookingId, ManageToken, SessionToken } from './ids.js'
import type { Platform } from './platform.js'
import type { SessionKeeper } from './session.js'
import type { BookedSpan, Booking, NewBooking } from './wire.js'

/** How often a request is sent before its outcome counts as unknown: about ten seconds. */
const TRIES_MAX = 6

/** Milliseconds that the server may ask to wait and be listened to. */
const RETRY_AFTER_MAX_MS = 10_000

/**
 * Sends what may be sent twice, until an answer settles it or the tries run out: then the
 * outcome is unknown, unless it is known that nothing was done.
 */
export async function settled<T>(
  platform: Platform,
  send: () => Promise<Answer<T>>,
): Promise<Answer<T>> {
  let unknown = false
  for (let tries = 1; ; tries += 1) {
    const answer = await send()
    unknown ||= isUnknown(answer)
    const askedMs = retriableAfterMs(answer)
    if (askedMs === undefined || tries === TRIES_MAX) {
      // A session that has ended tells nothing of what was asked for before it did.
      const settles = !unknown || (askedMs === undefined && answer.kind !== 'unauthorized')
      return settles ? answer : { kind: 'outcome_unknown', detail: (answer as Failure).detail }
    }
    const pauseMs = delayMs(QUICK, tries, platform.random)
    await wait(Math.max(pauseMs, Math.min(askedMs, RETRY_AFTER_MAX_MS)))
  }
}

/**
 * One attempt to book, under one idempotency key made with it. Sending it again, after any
 * answer, books at most once: what was booked is told again.
 */
export interface BookingAttempt {
  readonly key: string
  readonly request: BookingRequest
  /** Books, and asks again where no answer comes. */
  readonly send: () => Promise<Answer<NewBooking>>
}

/** Runs a booking so that its success consumes the hold: see `SlotHold.duringBooking`. */
export interface Consumed {
  readonly duringBooking: <T>(book: () => Promise<Answer<T>>) => Promise<Answer<T>>
}

/** An attempt that nothing has been sent of yet. */
export function bookingAttempt(
  platform: Platform,
  api: Api,
  session: SessionKeeper,
  hold: Consumed,
  request: BookingRequest,
): BookingAttempt {
  const key = platform.id()
  let token: SessionToken | undefined
  const sendOnce = () => {
    // The server looks a key up within its session, so the attempt stays with one from the
    // first that the server has known.
    const first = token === undefined
    const book = (current: SessionToken) => {
      token = first ? current : (token ?? current)
      return api.book(token, key, request)
    }
    return session.use(book, first)
  }
  const send = () => hold.duringBooking(() => settled(platform, sendOnce))
  return { key, request, send }
}

/** A booking, managed by whoever has its token. Each call may be repeated. */
export interface ManagedBooking {
  /** The booking as it is now: read when somebody subscribes, and after each change here. */
  readonly booking: Fetched<Booking>
  readonly read: () => Promise<Answer<Booking>>
  /**
   * Moves it, all or nothing, and consumes the hold that the visitor has on the new span: the
   * one that this client keeps there, where no other is named.
   */
  readonly reschedule: (to: Choice, hold?: Consumed) => Promise<Answer<BookedSpan>>
  readonly cancel: () => Promise<Answer<BookedSpan>>
}

/** The booking of this id, by its token. */
export const managedBooking = (
  platform: Platform,
  api: Api,
  session: SessionKeeper,
  ownHold: (to: Choice) => Consumed | undefined,
  id: BookingId,
  token: ManageToken,
): ManagedBooking => {
  const read = () => api.booking(id, token)
  const booking = fetched(platform, read)
  /** Whatever came of it, the booking may be another. */
  const changing = async (change: Promise<Answer<BookedSpan>>) => {
    const answer = await change
    booking.refresh()
    return answer
  }
  return {
    booking,
    read,
    reschedule: (to, hold = ownHold(to)) => {
      // A session without a hold to consume is left out: it may be over, and would be refused.
      const once = () => api.reschedule(id, token, to, hold && session.current())
      const move = () => settled(platform, once)
      return changing(hold ? hold.duringBooking(move) : move())
    },
    cancel: () => changing(settled(platform, () => api.cancel(id, token))),
  }
}
