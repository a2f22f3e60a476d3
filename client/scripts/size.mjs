// Holds the packages to their size: what a page that uses all of one loads of it, bundled and
// minified by Vite and gzipped. Needs a build.
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** Bytes that each package may have: a booker's first load is 100,000 in all. */
const BUDGETS = [
  { name: '@slotkeeper/client', entry: '../core/dist/index.js', most: 11_000, external: [] },
  {
    name: '@slotkeeper/react',
    entry: '../react/dist/index.js',
    most: 2_000,
    external: ['react', '@slotkeeper/client'],
  },
]

for (const { name, entry, most, external } of BUDGETS) {
  const input = fileURLToPath(new URL(entry, import.meta.url))
  const { output } = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input, external, preserveEntrySignatures: 'strict' },
    },
  })
  const bytes = gzipSync(output[0].code, { level: 9 }).length
  process.stdout.write(`${name}: ${bytes} of ${most} bytes, gzipped\n`)
  if (bytes > most || output.length > 1) process.exitCode = 1
}
