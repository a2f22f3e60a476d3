import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TIMER_WORKER_SOURCE, workerTimer } from '../src/timer.js'

/** Runs the worker's own source, as a worker does. */
class FakeWorker extends EventTarget {
  static made: FakeWorker[] = []
  broken = false
  readonly #scope: { onmessage?: (event: { data: unknown }) => void } = {}

  constructor(readonly url: string | URL) {
    super()
    FakeWorker.made.push(this)
    const answer = (data: unknown) =>
      this.dispatchEvent(Object.assign(new Event('message'), { data }))
    // The source is a script of globals: `with` stands for the worker's global scope.
    const scope = { ...this.#scope, postMessage: answer, setTimeout, clearTimeout, t: undefined }
    const proxy = new Proxy(scope, { has: () => true, get: (all, name) => Reflect.get(all, name) })
    // eslint-disable-next-line no-new-func, no-implied-eval -- it is the file that is shipped
    new Function('scope', `with (scope) { ${TIMER_WORKER_SOURCE} }`)(proxy)
    this.#scope = scope
  }

  postMessage(data: unknown): void {
    if (!this.broken) this.#scope.onmessage?.({ data })
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  FakeWorker.made = []
  vi.stubGlobal('Worker', FakeWorker)
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:timer' }))
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('a worker’s timer', () => {
  it('fires once, in time', () => {
    const run = vi.fn()
    workerTimer().after(5_000, run)
    vi.advanceTimersByTime(4_999)
    expect(run).not.toHaveBeenCalled()
    vi.advanceTimersByTime(60_000)
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('can be stopped', () => {
    const run = vi.fn()
    workerTimer().after(5_000, run)()
    vi.advanceTimersByTime(60_000)
    expect(run).not.toHaveBeenCalled()
  })

  it('is one worker for all, made when it is needed, from a Blob or from a file', () => {
    const timer = workerTimer()
    expect(FakeWorker.made).toEqual([])
    timer.after(1, () => undefined)
    timer.after(2, () => undefined)
    expect(FakeWorker.made.map(({ url }) => url)).toEqual(['blob:timer'])
    workerTimer('/timer-worker.js').after(1, () => undefined)
    expect(FakeWorker.made.at(-1)?.url).toBe('/timer-worker.js')
  })
})

describe('where no worker can be had', () => {
  it('the page’s timers serve', () => {
    vi.stubGlobal('Worker', undefined)
    const run = vi.fn()
    const stopped = vi.fn()
    const timer = workerTimer()
    timer.after(5_000, run)
    timer.after(5_000, stopped)()
    vi.advanceTimersByTime(5_000)
    expect(run).toHaveBeenCalledTimes(1)
    expect(stopped).not.toHaveBeenCalled()
  })

  it('what waits for a worker that turns out forbidden runs at once, the rest in time', () => {
    const first = vi.fn()
    const second = vi.fn()
    const timer = workerTimer()
    timer.after(5_000, first)
    FakeWorker.made[0]?.dispatchEvent(new Event('error'))
    expect(first).toHaveBeenCalledTimes(1)
    timer.after(5_000, second)
    vi.advanceTimersByTime(4_999)
    expect(second).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(second).toHaveBeenCalledTimes(1)
  })

  it('ends its worker with the client, and starts another when it is used again', () => {
    const terminate = vi.fn()
    Object.assign(FakeWorker.prototype, { terminate })
    const timer = workerTimer()
    const run = vi.fn()
    timer.after(1_000, run)
    timer.close()
    expect(terminate).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(2_000)
    expect(run).not.toHaveBeenCalled()
    timer.after(1_000, run)
    vi.advanceTimersByTime(1_000)
    expect(run).toHaveBeenCalledOnce()
    expect(FakeWorker.made).toHaveLength(2)
  })
})
