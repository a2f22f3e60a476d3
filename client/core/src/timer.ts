/** Runs things later. */
export interface Timer {
  /** Runs `run` after `ms`, unless the returned function is called before. */
  readonly after: (ms: number, run: () => void) => () => void
}

/** The page's own timers. Browsers slow them down to one a minute in background tabs. */
export const pageTimer: Timer = {
  after(ms, run) {
    const id = setTimeout(run, ms)
    return () => clearTimeout(id)
  },
}

/**
 * What the worker runs: `[id, ms]` starts a timer, `[id]` stops it, `id` comes back. The build
 * writes it to a file too, for pages whose policy forbids Blobs.
 *
 * @internal
 */
export const TIMER_WORKER_SOURCE =
  'const t={};onmessage=({data:[i,m]})=>{clearTimeout(t[i]);if(m>=0)t[i]=setTimeout(postMessage,m,i)}'

/**
 * Timers of a worker, which browsers do not slow down in background tabs. Where no worker can
 * be had, the page's timers take over.
 *
 * Under a Content-Security-Policy with `worker-src 'self'`, serve the file that the package
 * exports as `@slotkeeper/client/timer-worker` and give its address.
 */
export function workerTimer(url?: string | URL): Timer & { readonly close: () => void } {
  const pending = new Map<number, () => void>()
  let worker: Worker | undefined
  let started = false
  let lastId = 0

  const fire = (id: number) => {
    const run = pending.get(id)
    pending.delete(id)
    run?.()
  }

  /** What waits runs at once: early is better than never, and the next is on time again. */
  const fail = () => {
    worker = undefined
    for (const id of pending.keys()) fire(id)
  }

  const start = () => {
    started = true
    try {
      worker = new Worker(url ?? URL.createObjectURL(new Blob([TIMER_WORKER_SOURCE])))
      worker.addEventListener('message', ({ data }) => fire(data as number))
      // Chromium tells of a forbidden or missing file here, after the constructor returned.
      worker.addEventListener('error', fail)
    } catch {
      fail()
    }
  }

  const after = (ms: number, run: () => void) => {
    if (!started) start()
    if (!worker) return pageTimer.after(ms, run)
    const id = (lastId += 1)
    pending.set(id, run)
    worker.postMessage([id, ms])
    return () => {
      if (pending.delete(id)) worker?.postMessage([id])
    }
  }

  /** Ends the worker, and what waits. The next use starts another. */
  const close = () => {
    worker?.terminate()
    worker = undefined
    started = false
    pending.clear()
  }

  return { after, close }
}
