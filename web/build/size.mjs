// Holds the pages to their size: the scripts that a page loads before anybody touches it, with all
// that they import, gzipped. Needs a build.
import { readFileSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const DIST = fileURLToPath(new URL('../dist/', import.meta.url))

/** Bytes of gzipped JavaScript that each may have. */
const BUDGETS = [
  { name: 'the booker', file: 'index.html', most: 90_000 },
  { name: 'the operator’s page', file: 'operator.html', most: 100_000 },
  { name: 'the custom element', file: 'embed.js', most: 110_000 },
]

const IMPORT = /(?:\bimport|\bfrom)\s*["'](\.[^"']+\.js)["']/g

/** Adds `script` and what it imports at once to `seen`; what it imports lazily comes later. */
function follow(script, seen) {
  if (seen.has(script)) return
  seen.add(script)
  for (const [, target] of readFileSync(DIST + script, 'utf8').matchAll(IMPORT)) {
    follow(posix.join(posix.dirname(script), target), seen)
  }
}

for (const { name, file, most } of BUDGETS) {
  const seen = new Set()
  if (file.endsWith('.js')) follow(file, seen)
  else {
    const page = readFileSync(DIST + file, 'utf8')
    for (const [, script] of page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)) follow(script, seen)
  }
  const bytes = [...seen].reduce((sum, script) => sum + statSync(`${DIST}${script}.gz`).size, 0)
  process.stdout.write(`${name}: ${bytes} of ${most} bytes in ${seen.size} files, gzipped\n`)
  if (bytes > most || bytes === 0) process.exitCode = 1
}
