import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The admin key of the servers that the tests start. */
export const ADMIN_KEY = 'the-key-of-the-end-to-end-tests'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Milliseconds for a server to be ready: its PostgreSQL is made first. */
const READY_WITHIN_MS = 120_000

/** Milliseconds for a server to end after it was told to. */
const END_WITHIN_MS = 30_000

/** A server of its own, with its own database, on a free port. */
export interface Server {
  readonly url: string
  /** Kills it, as a loss of power would. */
  readonly kill: () => Promise<void>
  /** Starts it again after {@link kill}, on the same port and database. */
  readonly start: () => Promise<void>
  /** Stops it, and removes all it kept. */
  readonly stop: () => Promise<void>
}

/** The binary that `cargo build` made, or the one that `SLOTKEEPER_BIN` names. */
function binary(): string {
  const target = process.env['CARGO_TARGET_DIR'] ?? join(ROOT, 'target')
  const found = [
    process.env['SLOTKEEPER_BIN'],
    join(target, 'debug/slotkeeper'),
    join(target, 'release/slotkeeper'),
  ].find((path) => path && existsSync(path))
  if (!found) throw new Error('There is no server to test: run `cargo build -p api` first.')
  return found
}

/** The caller's own server and settings are none of the tests' business. */
function environment(data: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(SLOTKEEPER_|PG|DATABASE_URL)/.test(name),
  )
  return { ...Object.fromEntries(kept), SLOTKEEPER_DATA: data }
}

async function ready(child: ChildProcess): Promise<string> {
  let said = ''
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Not ready:\n${said}`)), READY_WITHIN_MS)
    const hear = (text: Buffer) => {
      said += text.toString()
      const url = /ready at (http:\S+)/.exec(said)?.[1]
      if (!url) return
      clearTimeout(timer)
      resolve(url)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.on('exit', (code) => reject(new Error(`The server ended with ${code}:\n${said}`)))
  })
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS)
    child.removeAllListeners('exit')
    child.on('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill(signal)
  })
}

export async function startServer(): Promise<Server> {
  const data = await mkdtemp(join(tmpdir(), 'slotkeeper-e2e-'))
  const start = async (listen: string): Promise<[ChildProcess, string]> => {
    const args = ['serve', '--listen', listen, '--admin-key', ADMIN_KEY, '--log', 'warn']
    // All visitors of the tests come from one address.
    args.push('--limits=false')
    const child = spawn(binary(), args, {
      env: environment(data),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return [child, await ready(child)]
  }
  let [child, url] = await start('127.0.0.1:0')
  return {
    url,
    kill: () => end(child, 'SIGKILL'),
    start: async () => {
      ;[child] = await start(new URL(url).host)
    },
    stop: async () => {
      await end(child, 'SIGINT')
      await rm(data, { recursive: true, force: true })
    },
  }
}
