// Holds the pages to their size: the scripts that a page loads before anybody touches it, with all
// that they import, gzipped. Needs a build.
import { readFileSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const DIST = fileURLToPath(new URL('../dist/', import.meta.url))

/** Bytes of gzipped JavaScript that each may have. */
const BUDGETS = [
  { name: 'the booker', file: 'index.html', most: 100_000 },
  { name: 'the operator’s page', file: 'operator.html', most: 115_000 },
  { name: 'the custom element', file: 'embed.js', most: 110_000 },
]

/** The texts of a language. Nothing is seen before they are there, so they count. */
const TEXTS = /import\([`"'](\.\/(\w+)\.json_messages[^`"']*\.js)[`"']\)/g

const IMPORT = /(?:\bimport|\bfrom)\s*["'](\.[^"']+\.js)["']/g

/** Adds `script` and what it imports at once to `seen`; what it imports lazily comes later. */
function follow(script, seen) {
  if (seen.has(script)) return
  seen.add(script)
  for (const [, target] of readFileSync(DIST + script, 'utf8').matchAll(IMPORT)) {
    follow(posix.join(posix.dirname(script), target), seen)
  }
}

const sizeOf = (scripts) =>
  scripts.reduce((sum, script) => sum + statSync(`${DIST}${script}.gz`).size, 0)

/** The files of texts that `scripts` load when they start, by language. */
function textsOf(scripts) {
  const languages = new Map()
  for (const script of scripts) {
    for (const [, target, language] of readFileSync(DIST + script, 'utf8').matchAll(TEXTS)) {
      const file = posix.join(posix.dirname(script), target)
      languages.set(language, [...(languages.get(language) ?? []), file])
    }
  }
  return [...languages.values()]
}

for (const { name, file, most } of BUDGETS) {
  const seen = new Set()
  if (file.endsWith('.js')) follow(file, seen)
  else {
    const page = readFileSync(DIST + file, 'utf8')
    for (const [, script] of page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)) follow(script, seen)
  }
  const bytes = sizeOf([...seen]) + Math.max(0, ...textsOf([...seen]).map(sizeOf))
  process.stdout.write(`${name}: ${bytes} of ${most} bytes in ${seen.size} files, gzipped\n`)
  if (bytes > most || bytes === 0) process.exitCode = 1
}
