// Looks at the packages as they would be published: what is in them, and whether every way of
// resolving them finds code and types that agree. Needs a build.
import { execFileSync } from 'node:child_process'
import process from 'node:process'

const PACKAGES = ['core', 'react']

/** All that may be in a package. */
const ALLOWED =
  /^(dist\/[\w/-]+\.(js|d\.ts)|types\/[\w-]+\.d\.ts|README\.md|LICENSE-\w+|package\.json)$/

/** What each must have. */
const NEEDED = [
  'dist/index.js',
  'dist/index.d.ts',
  'README.md',
  'package.json',
  'LICENSE-MIT',
  'LICENSE-APACHE',
]

// What is packed has just been built: not once more for each look.
const env = { ...process.env, npm_config_ignore_scripts: 'true' }

const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}

for (const folder of PACKAGES) {
  const cwd = new URL(`../${folder}/`, import.meta.url)
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--dry-run', '--ignore-scripts'], cwd))
  const paths = packed.files.map(({ path }) => path)
  for (const path of paths) if (!ALLOWED.test(path)) fail(`${packed.name}: ${path} is in it`)
  for (const path of NEEDED) if (!paths.includes(path)) fail(`${packed.name}: ${path} is missing`)
  process.stdout.write(`${packed.name}: ${paths.length} files, ${packed.size} bytes packed\n`)

  process.stdout.write(run('npx', ['--no', '--', 'publint', '--strict'], cwd))
  // The packages are for ECMAScript modules alone; the worker's file is a script without types.
  const attw = ['--no', '--', 'attw', '--pack', '.', '--profile', 'esm-only', '--format', 'ascii']
  process.stdout.write(run('npx', [...attw, '--exclude-entrypoints', 'timer-worker'], cwd))
}
