import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const run = promisify(execFile)

/** What is asked of an application that somebody begins today. */
export interface Recipe {
  /** The page whose code it gets, from the root of the repository. */
  readonly guide: string
  /** The tool that makes it, and what it is told after the folder's name. */
  readonly create: readonly [tool: string, ...options: string[]]
  /** What is installed beside Slotkeeper's own packages. */
  readonly beside?: readonly string[]
  /** What starts what was built; the port follows. */
  readonly start: readonly string[]
  /** Files that are put in place of the tool's own, where those need the internet. */
  readonly instead?: Readonly<Record<string, string>>
}

/** An application that runs. */
export interface FreshApp {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Code of a guide that says in its first line which file it is. */
const FILE = /```\w+\n(?:\/\/ |<!-- )(\S+)(?: -->)?\n([\s\S]*?)```/g

/** npm of the developer's own packages has nothing to say in an application. */
const environment = () => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
  CI: '1',
  NEXT_TELEMETRY_DISABLED: '1',
})

async function tell(command: string, args: readonly string[], cwd: string): Promise<void> {
  await run(command, [...args], { cwd, env: environment(), maxBuffer: 2 ** 26 }).catch(
    (error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`${command} ${args.join(' ')}\n${error.stdout}\n${error.stderr}`)
    },
  )
}

/** Packs both packages as they would be published; gives their paths. */
async function pack(into: string): Promise<string[]> {
  const folders = ['client/core', 'client/react'].map((folder) => join(ROOT, folder))
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', into, ...folders]
  const { stdout } = await run('npm', args, { cwd: into, env: environment() })
  const packed = JSON.parse(stdout) as { filename: string }[]
  return packed.map(({ filename }) => join(into, filename))
}

/** Puts the guide's code into the application, for this server, resource and zone. */
async function follow(app: string, { guide, instead = {} }: Recipe, made: Made): Promise<void> {
  const text = await readFile(join(ROOT, guide), 'utf8')
  const files = [...text.matchAll(FILE)].map(([, path = '', code = '']) => [path, code] as const)
  if (files.length === 0) throw new Error(`${guide} names no file`)
  for (const [path, code] of [...Object.entries(instead), ...files]) {
    const ours = code
      .replaceAll('http://127.0.0.1:8080', made.server)
      .replaceAll('studio-a', made.resourceId)
      .replaceAll('Europe/Berlin', made.zone)
    await mkdir(dirname(join(app, path)), { recursive: true })
    await writeFile(join(app, path), ours)
  }
}

/** What the code of a guide is made for. */
export interface Made {
  readonly server: string
  readonly resourceId: string
  readonly zone: string
}

async function serving(child: ChildProcess): Promise<string> {
  let said = ''
  return new Promise((resolve, reject) => {
    const hear = (text: Buffer) => {
      said += text.toString()
      // The colours of terminals would be part of the address.
      const plain = said.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '')
      const url = /http:\/\/(?:localhost|127\.0\.0\.1):\d+/.exec(plain)?.[0]
      if (url) resolve(url)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.on('exit', (code) => reject(new Error(`It ended with ${code}:\n${said}`)))
  })
}

/** Makes an application as its guide says, builds it and starts it. */
export async function freshApp(recipe: Recipe, made: Made): Promise<FreshApp> {
  const place = await mkdtemp(join(tmpdir(), 'slotkeeper-fresh-'))
  const app = join(place, 'booking')
  const [tool, ...options] = recipe.create
  await tell('npx', ['--yes', tool, 'booking', ...options], place)
  await tell('npm', ['install', ...(await pack(place)), ...(recipe.beside ?? [])], app)
  await follow(app, recipe, made)
  await tell('npm', ['run', 'build'], app)
  const [command = '', ...args] = recipe.start
  const child = spawn(command, args, { cwd: app, env: environment(), detached: true })
  const url = await serving(child)
  return {
    url,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      // What it has started itself ends with it.
      if (child.pid) process.kill(-child.pid, 'SIGTERM')
      await ended
      await rm(place, { recursive: true, force: true })
    },
  }
}
