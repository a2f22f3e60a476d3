// Compiles src/ to dist/, and writes the timer's worker to a file beside it.
//
// Bundlers make a `data:` URL of a file that they are asked the address of, up to 4096 bytes,
// and a policy of `worker-src 'self'` forbids such a worker. So the file is a little longer.
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import process from 'node:process'

const here = new URL('..', import.meta.url)
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

rmSync(new URL('dist', here), { recursive: true, force: true })
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: here, stdio: 'inherit' })

const { TIMER_WORKER_SOURCE } = await import(new URL('dist/timer.js', here))
const why =
  '// Longer than 4096 bytes, so that bundlers keep it a file: see worker-src in the README.'
const filler = Array.from({ length: 50 }, () => `// ${'-'.repeat(90)}`).join('\n')
writeFileSync(new URL('dist/timer-worker.js', here), `${TIMER_WORKER_SOURCE}\n${why}\n${filler}\n`)
writeFileSync(
  new URL('dist/timer-worker.d.ts', here),
  '/** A script for a worker: give its address as `timerWorkerUrl`. It exports nothing. */\nexport {}\n',
)
