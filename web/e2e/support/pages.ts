import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url))

/** As README.md wants it of the server. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

function fileOf(pathname: string): string {
  if (pathname === '/operator' || pathname === '/embed-demo') return `${pathname}.html`
  return /^\/([rb]\/[^/]+)?$/.test(pathname) ? '/index.html' : pathname
}

/** What stands between a browser and the server: it may change what passes. */
export interface Pages {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Takes an answer of the server's in hand; `false` lets it pass. */
export type Intercept = (question: IncomingMessage, answer: ServerResponse) => boolean

/** Serves the built pages, and passes on everything else to the server at `api`. */
export async function servePages(api: string, intercept: Intercept = () => false): Promise<Pages> {
  const server = createServer((question, answer) => {
    const { pathname } = new URL(question.url ?? '/', api)
    if (intercept(question, answer)) return
    const file = join(DIST, fileOf(pathname))
    if (!existsSync(file) || !statSync(file).isFile()) return pass(api, question, answer)
    answer.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
      'cache-control': pathname.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
    })
    createReadStream(file).pipe(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function pass(api: string, question: IncomingMessage, answer: ServerResponse): void {
  const { method, headers } = question
  const onward = request(new URL(question.url ?? '/', api), { method, headers }, (told) => {
    answer.writeHead(told.statusCode ?? 502, told.headers)
    told.pipe(answer)
    told.on('error', () => answer.destroy())
  })
  onward.on('error', () => answer.destroy())
  answer.on('close', () => onward.destroy())
  question.pipe(onward)
}
