import type { Plugin } from 'vite'
import { TIMER_WORKER_SOURCE } from '../../client/core/src/timer.ts'

/** Puts the worker that times heartbeats beside the pages, in a file that their policy allows. */
export const timerWorker = (): Plugin => ({
  name: 'slotkeeper:timer-worker',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'timer-worker.js', source: TIMER_WORKER_SOURCE })
  },
})
