import type { Channel } from '../../src/platform.js'

interface Waiting {
  readonly grant: () => Promise<void>
  readonly fail: (error: Error) => void
  readonly held: () => boolean
}

/** Web Locks of one origin, exclusive ones alone. */
export class FakeLocks {
  readonly #queues = new Map<string, Waiting[]>()

  /** The locks as one tab sees them; it hears of a loss when `defer` lets it. */
  managerFor(defer: (act: () => void) => void): LockManager {
    const request = (name: string, options: LockOptions, callback: () => Promise<void>) =>
      this.#request(name, options, callback, defer)
    return { request } as unknown as LockManager
  }

  #request(
    name: string,
    options: LockOptions,
    callback: () => Promise<void>,
    defer: (act: () => void) => void,
  ): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      let holds = false
      const queue = this.#queues.get(name) ?? []
      this.#queues.set(name, queue)
      const entry: Waiting = {
        held: () => holds,
        fail: (error) => defer(() => reject(error)),
        grant: async () => {
          holds = true
          await callback()
          const index = queue.indexOf(entry)
          if (index >= 0) queue.splice(index, 1)
          resolve()
          this.#next(queue)
        },
      }
      const abort = () => new DOMException('called off', 'AbortError')
      if (options.steal) {
        const holder = queue[0]?.held() ? queue.shift() : undefined
        holder?.fail(abort())
        queue.unshift(entry)
      } else queue.push(entry)
      options.signal?.addEventListener('abort', () => {
        const index = queue.indexOf(entry)
        if (holds || index < 0) return
        queue.splice(index, 1)
        reject(abort())
      })
      this.#next(queue)
    })
  }

  #next(queue: readonly Waiting[]): void {
    const first = queue[0]
    if (!first || first.held()) return
    queueMicrotask(() => {
      if (!first.held()) void first.grant()
    })
  }
}

/** Broadcast channels of one origin. A frozen end neither says nor hears, until it thaws. */
export class FakeChannels {
  readonly #ends = new Set<FakeEnd>()

  open(name: string): FakeEnd {
    const end = new FakeEnd(name, (message) => {
      for (const other of this.#ends) {
        if (other !== end && other.name === name) other.deliver(structuredClone(message))
      }
    })
    this.#ends.add(end)
    return end
  }
}

export class FakeEnd implements Channel {
  readonly #listeners = new Set<(event: MessageEvent) => void>()
  #late: (() => void)[] | undefined
  #closed = false

  constructor(
    readonly name: string,
    private readonly send: (message: unknown) => void,
  ) {}

  freeze(): void {
    this.#late = []
  }

  thaw(): void {
    const late = this.#late ?? []
    this.#late = undefined
    for (const act of late) act()
  }

  deliver(message: unknown): void {
    this.soon(() => {
      if (this.#closed) return
      for (const listener of this.#listeners) listener({ data: message } as MessageEvent)
    })
  }

  readonly postMessage = (message: unknown): void => {
    if (!this.#closed) this.soon(() => this.send(message))
  }

  readonly addEventListener = (_: 'message', listener: (event: MessageEvent) => void): void => {
    this.#listeners.add(listener)
  }

  readonly close = (): void => {
    this.#closed = true
  }

  soon(act: () => void): void {
    if (this.#late) this.#late.push(act)
    else queueMicrotask(act)
  }
}
