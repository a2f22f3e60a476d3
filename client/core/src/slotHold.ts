import { type Answer, type Failure, isRefusal, type Refusal, retriableAfterMs } from './answer.js'
import { delayMs, QUICK, wait } from './backoff.js'
import type { DayStore } from './dayStore.js'
import {
  type Choice,
  choiceOf,
  type Held,
  type Hold,
  type HoldEnd,
  overlap,
  sameChoice,
} from './hold.js'
import type { HoldCalls } from './holdCalls.js'
import { ownHolds } from './ownHolds.js'
import type { Platform } from './platform.js'
import { listeners, type Store } from './store.js'
import { dayOf } from './time/day.js'
import { msOf } from './time/instant.js'
import type { PresenceHold } from './time/slots.js'
import type { Timer } from './timer.js'
import type { Lease } from './wire.js'

/** How often a slot is asked for, or given back, before that counts as failed. */
const TRIES_MAX = 4

/** Milliseconds after the lease's end at which the server is asked whether it has ended. */
const AFTER_LEASE_MS = 250

/** What is to be held. A new object for each change of mind. */
interface Wish extends Choice {
  readonly lease: Lease
}

/** Milliseconds that a hold has left. */
export interface TimeLeft {
  /** Until its lease ends, unless it is renewed. */
  readonly leaseMs: number
  /** Until it ends in any case. */
  readonly inAllMs: number
  /** Whether the last renewal did not come through, so that the lease may end first. */
  readonly failing: boolean
}

/**
 * A visitor's hold on one resource: placed, moved, renewed at the pace the server gives, and
 * given back.
 *
 * It knows what is wished and what is held, and works off the difference with one request at a
 * time, so that quick changes of mind cost no race and the last one wins.
 */
export class SlotHold implements Store<Hold> {
  readonly #platform: Platform
  readonly #calls: HoldCalls
  readonly #days: DayStore
  readonly #timer: Timer
  readonly #listeners = listeners()
  readonly #own = ownHolds()
  #hold: Hold = { status: 'none' }
  #wish: Wish | undefined
  /** What the server holds for this session. */
  #held: Held | undefined
  /** When its lease ends, in monotonic milliseconds. */
  #leaseEndsMs = 0
  #due = false
  #failures = 0
  #bookings = 0
  #endedMeanwhile: (() => void) | undefined
  #working: Promise<void> | undefined
  #wake: (() => void) | undefined
  #stopTimer: (() => void) | undefined
  #stopListening: (() => void) | undefined

  constructor(platform: Platform, calls: HoldCalls, days: DayStore, timer: Timer) {
    this.#platform = platform
    this.#calls = calls
    this.#days = days
    this.#timer = timer
    platform.page?.addEventListener('pagehide', () => this.#depart())
    platform.page?.addEventListener('pageshow', () => this.#comeBack())
  }

  readonly getSnapshot = (): Hold => this.#hold

  readonly subscribe = this.#listeners.subscribe

  /** Calls `listener` when a hold ends that nobody here let go of. */
  onEnded(listener: (end: HoldEnd) => void): () => void {
    let before = this.#hold
    return this.subscribe(() => {
      const { status } = this.#hold
      if (this.#hold !== before && (status === 'lost' || status === 'expired')) listener(status)
      before = this.#hold
    })
  }

  /**
   * Holds a span, in place of the one held before. Shows `holding` at once, and what became
   * of it when the server has answered: a refusal rolls back to what was held before.
   *
   * Of quick choices the last one counts, and all of them resolve with what became of that one.
   */
  place(asked: Choice): Promise<Hold> {
    const choice = choiceOf(asked)
    if (!sameChoice(this.#wish, choice)) {
      const back = sameChoice(this.#held, choice) ? this.#held : undefined
      this.#wish = back ?? { ...choice, lease: 'presence' }
      this.#failures = 0
      this.#show(back ?? { status: 'holding', ...choice })
    }
    return this.#work()
  }

  /** Switches to the longer lease of the booking form. */
  checkout(): Promise<Hold> {
    if (this.#wish) this.#wish = { ...this.#wish, lease: 'checkout' }
    return this.#work()
  }

  /** Gives the hold back. */
  release(): Promise<Hold> {
    this.#wish = undefined
    this.#failures = 0
    this.#show({ status: 'none' })
    return this.#work()
  }

  /** Whether it is, or was, one's own: what viewers are shown of it is not in one's way. */
  readonly owns = (hold: PresenceHold): boolean =>
    this.#own.has(hold, this.#hold.status === 'holding' ? this.#hold : undefined)

  /** Whether it holds any of a span. */
  holds(span: Choice): boolean {
    return this.#held !== undefined && overlap(span, this.#held)
  }

  /** What is left of the hold; nothing when none is held. */
  timeLeft(): TimeLeft | undefined {
    if (!this.#held) return undefined
    const { renewableUntil, expiresAt } = this.#held
    const leaseMs = this.#leaseEndsMs - this.#platform.monotonicMs()
    const inAllMs = leaseMs + msOf(renewableUntil) - msOf(expiresAt)
    return { leaseMs, inAllMs, failing: this.#failures > 0 }
  }

  /**
   * Runs the booking of what is held. Its success consumes the hold, and a beat that meets
   * the consumed hold meanwhile is no loss.
   */
  async duringBooking<T>(book: () => Promise<Answer<T>>): Promise<Answer<T>> {
    this.#bookings += 1
    const answer = await book()
    this.#bookings -= 1
    if (answer.kind === 'ok') this.#forget({ status: 'none' })
    else this.#endedMeanwhile?.()
    if (isRefusal(answer)) this.#days.markStale()
    this.#endedMeanwhile = undefined
    return answer
  }

  /** Ends all that runs here, without a word to the server. */
  close(): void {
    this.#forget({ status: 'none' })
  }

  /** Brings the server to the wish, step by step; resolves when it is there. */
  async #work(): Promise<Hold> {
    this.#wake?.()
    await (this.#working ??= this.#takeSteps())
    return this.#hold
  }

  async #takeSteps(): Promise<void> {
    // What is wished and taken back in one turn, as React's Strict Mode does, costs nothing.
    await Promise.resolve()
    for (;;) {
      const wish = this.#wish
      const held = this.#held
      const same = sameChoice(held, wish) ? held : undefined
      if (wish) {
        if (same && !this.#due && same.lease === wish.lease) break
        await this.#beat(wish, same)
      } else if (held) await this.#leave(held)
      else break
      if (this.#failures > 0) {
        const ms = delayMs(QUICK, this.#failures, this.#platform.random)
        await wait(ms, this.#timer, (wake) => (this.#wake = wake))
      }
    }
    this.#working = undefined
    this.#arm()
  }

  /** Renews `same`, or places or moves where there is none. */
  async #beat(wish: Wish, same: Held | undefined): Promise<void> {
    this.#due = false
    const choice = choiceOf(wish)
    const { lease } = wish
    // The lease counts from here, so that the server never ends it before this side does.
    const askedMs = this.#platform.monotonicMs()
    const answer = await this.#calls.beat({ ...choice, lease, holdId: same?.holdId })
    // It was booked, or the page went and came back.
    if (same && this.#held !== same) return
    if (answer.kind === 'ok') {
      this.#leaseEndsMs = askedMs + answer.value.expiresInMs
      this.#live({ ...answer.value, status: 'held', ...choice, lease, error: same?.error })
      return
    }
    // Another wish waits for nothing.
    if (this.#wish === wish) this.#failures += 1
    const final = retriableAfterMs(answer) === undefined
    if (same) {
      this.#due = true
      const overdueMs = this.#platform.monotonicMs() - this.#leaseEndsMs
      if (!final && overdueMs <= AFTER_LEASE_MS) return
      if (sameChoice(this.#wish, same)) this.#end(overdueMs < 0 ? 'lost' : 'expired', same)
      // Another is wanted by now, or none.
      else this.#held = undefined
    } else if (this.#wish === wish && (final || this.#failures >= TRIES_MAX)) {
      this.#refuse(wish, answer)
    }
  }

  async #leave({ holdId }: Held): Promise<void> {
    const answer = await this.#calls.leave(holdId)
    this.#failures += 1
    if (retriableAfterMs(answer) !== undefined && this.#failures < TRIES_MAX) return
    this.#failures = 0
    this.#held = undefined
  }

  /** The server holds it. */
  #live(held: Held): void {
    if (this.#held?.holdId !== held.holdId) this.#overhear(held)
    this.#held = held
    this.#failures = 0
    this.#own.add(held.holdId)
    if (sameChoice(this.#wish, held)) this.#show(held)
  }

  /** `wish` came to nothing: back to what was held before, which still is. */
  #refuse(wish: Wish, error: Refusal | Failure): void {
    this.#failures = 0
    this.#held &&= { ...this.#held, error }
    this.#wish = this.#held
    this.#show(this.#held ?? { status: 'refused', ...choiceOf(wish), error })
    // Somebody's hold is no surprise: the stream tells of it. Any other refusal is news.
    if (isRefusal(error) && error.kind !== 'held_by_other') this.#days.markStale()
  }

  #end(status: HoldEnd, held: Choice): void {
    const end = () => this.#forget({ status, ...choiceOf(held) })
    if (this.#bookings === 0) return end()
    this.#endedMeanwhile = end
    this.#forget(this.#hold)
  }

  #forget(hold: Hold): void {
    this.#held = undefined
    this.#wish = undefined
    this.#failures = 0
    this.#arm()
    this.#show(hold)
  }

  /** Sets the next beat: at the server's pace, and soon after the lease when that is over. */
  #arm(): void {
    this.#stopTimer?.()
    if (!this.#held) return this.#stopListening?.()
    const leftMs = this.#leaseEndsMs - this.#platform.monotonicMs() + AFTER_LEASE_MS
    const afterMs = Math.max(0, Math.min(this.#held.heartbeatEveryMs, leftMs))
    this.#stopTimer = this.#timer.after(afterMs, () => this.#beatNow())
  }

  #beatNow(): void {
    this.#due = true
    void this.#work()
  }

  /** A hold that vanishes from what viewers see has ended: the server is asked at once. */
  #overhear({ start, holdId }: Held): void {
    this.#stopListening?.()
    const date = dayOf(start)
    let seen = false
    this.#stopListening = this.#days.overhear({ from: date, to: date }, () => {
      const there = this.#days.day(date)?.holds?.some((hold) => hold.holdId === holdId)
      if (seen && !there) this.#beatNow()
      seen = there === true
    })
  }

  /** The page goes, perhaps for good. */
  #depart(): void {
    if (this.#wish ?? this.#held) this.#calls.leaveByBeacon(this.#held?.holdId)
    this.#held = undefined
  }

  /** The browser had kept the page: what it held is asked for anew. */
  #comeBack(): void {
    if (!this.#wish || this.#held) return
    this.#show({ status: 'holding', ...choiceOf(this.#wish) })
    void this.#work()
  }

  #show(hold: Hold): void {
    this.#hold = hold
    this.#listeners.notify()
  }
}
