// Compiles src/ to dist/, and writes the timer's worker to a file beside it.
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import process from 'node:process'

const here = new URL('..', import.meta.url)
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

rmSync(new URL('dist', here), { recursive: true, force: true })
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: here, stdio: 'inherit' })

const { TIMER_WORKER_SOURCE } = await import(new URL('dist/timer.js', here))
writeFileSync(new URL('dist/timer-worker.js', here), `${TIMER_WORKER_SOURCE}\n`)
