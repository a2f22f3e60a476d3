import { beforeEach, expect, it } from 'vitest'
import { apiOn } from '../src/api.js'
import { httpOn } from '../src/http.js'
import { sessionKeeper } from '../src/session.js'
import { FakeServer } from './support/fakeServer.js'
import { FakePage, fakePlatform } from './support/platform.js'
import { problem } from './support/replies.js'

let server: FakeServer
let kept: Map<string, string>

beforeEach(() => {
  server = new FakeServer()
  kept = new Map()
})

const storage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
}

let page: FakePage

/** The session of a page that was just loaded. */
const keeper = (more = {}) => {
  page = new FakePage()
  const platform = fakePlatform(server, page, { storage, ...more })
  return sessionKeeper(apiOn(httpOn(platform, '')), platform, '')
}

it('is made once however many need it', async () => {
  const session = keeper()
  const tokens = await Promise.all([session.token(), session.token(), session.token()])
  expect(tokens.map((token) => token.kind === 'ok' && token.value)).toEqual(
    Array.from({ length: 3 }, () => 'token-1'),
  )
  expect(server.count('/sessions')).toBe(1)
  expect(session.current()).toBe('token-1')
})

it('survives a reload', async () => {
  await keeper().token()
  page.say('pagehide')
  expect(await keeper().token()).toMatchObject({ value: 'token-1' })
  expect(server.count('/sessions')).toBe(1)
})

it('is not another tab’s too, when a tab is duplicated with its storage', async () => {
  await keeper().token()
  expect(await keeper().token()).toMatchObject({ value: 'token-3' })
})

it('is the tab’s own again when the browser brings the page back', async () => {
  const first = keeper()
  await first.token()
  page.say('pagehide')
  page.say('pageshow')
  expect(await keeper().token()).toMatchObject({ value: 'token-3' })
  expect(await first.token()).toMatchObject({ value: 'token-1' })
})

it('is made anew when little of the last one is left', async () => {
  await keeper().token()
  page.say('pagehide')
  const later = keeper({ wallMs: () => Date.now() + 86_000_000 })
  expect(await later.token()).toMatchObject({ value: 'token-3' })
  const askedAgain = await later.token()
  expect(askedAgain).toMatchObject({ value: 'token-3' })
})

it('is forgotten when the server does not know it', async () => {
  const session = keeper()
  const refused = { kind: 'unauthorized', code: 'session_token_expired', detail: '' } as const
  await session.use(async () => refused)
  expect(session.current()).toBeUndefined()
  expect(await session.token()).toMatchObject({ value: 'token-3' })
})

it('lives in memory where storage is forbidden or broken', async () => {
  const broken = {
    getItem: () => '{',
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError')
    },
  }
  const session = keeper({ storage: broken })
  expect(await session.token()).toMatchObject({ value: 'token-1' })
  expect(session.current()).toBe('token-1')
})

it('tells why none could be had, and asks again the next time', async () => {
  server.fault = () => problem(503, 'stopping')
  const session = keeper()
  expect(await session.token()).toMatchObject({ kind: 'busy' })
  server.fault = () => undefined
  expect(await session.token()).toMatchObject({ kind: 'ok' })
})
