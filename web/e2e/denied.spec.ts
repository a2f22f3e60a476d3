import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { book, bookerPath, choose, time, times } from './support/booker.js'
import { at, expect, test } from './support/test.js'
import { visitor } from './support/visitor.js'

declare global {
  interface Window {
    lockRequests?: number
  }
}

/** More than any page needs; one that asks without end has made it within a blink. */
const LOCK_REQUESTS_MAX = 20

/** Counts, in all frames, how often locks are asked for. */
const countLocks = (page: Page) =>
  page.addInitScript(`
    window.lockRequests = 0
    const request = LockManager.prototype.request
    LockManager.prototype.request = function (...args) {
      window.lockRequests += 1
      return request.apply(this, args)
    }`)

test('in a sandboxed frame, without any storage or locks, a time is shown live and booked', async ({
  server,
  studio,
  visit,
}) => {
  const inner = `<!doctype html><script type=module src="${server.url}/embed.js"></script>
    <slotkeeper-booker resource="${studio}"></slotkeeper-booker>`
  const shop = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8')
    const framed = inner.replaceAll('"', '&quot;')
    answer.end(`<!doctype html><title>A shop</title>
      <iframe sandbox="allow-scripts allow-forms" width=1000 height=900 srcdoc="${framed}"></iframe>`)
  })
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  const { port } = shop.address() as AddressInfo
  try {
    const page = await visit({ at: 'about:blank' })
    await countLocks(page)
    await page.goto(`http://127.0.0.1:${port}/`)
    const frame = page.frameLocator('iframe')
    const first = frame.getByRole('option').first()
    await expect(first).toBeVisible()
    // What another does is seen: the stream is there.
    const day = await frame.locator('[data-selected=true]').getAttribute('data-day')
    await (await visitor(server.url)).hold(studio, at(18, 0, day ?? ''), 60)
    await expect(frame.getByRole('option', { name: /^18:00/ })).toContainText('Reserved')
    await first.click()
    await frame.getByLabel('Name').fill('Ann Example')
    await frame.getByLabel('E-mail').fill('ann@example.com')
    await frame.getByRole('button', { name: 'Book now' }).click()
    await expect(frame.getByRole('heading', { name: 'It is booked' })).toBeVisible()
    const asked = await page.frames()[1]?.evaluate(() => window.lockRequests)
    expect(asked).toBeGreaterThan(0)
    expect(asked).toBeLessThan(LOCK_REQUESTS_MAX)
  } finally {
    shop.closeAllConnections()
    shop.close()
  }
})

/** What browsers take away, each by a script that does it. */
const TAKEN: readonly (readonly [string, string])[] = [
  [
    'Web Locks',
    `LockManager.prototype.request = () => Promise.reject(new DOMException('', 'SecurityError'))`,
  ],
  ['locks', `delete Navigator.prototype.locks`],
  ['BroadcastChannel', `delete window.BroadcastChannel`],
  [
    'storage',
    `for (const name of ['sessionStorage', 'localStorage'])
       Object.defineProperty(window, name, { get() { throw new DOMException('', 'SecurityError') } })`,
  ],
  [
    'Worker',
    `window.Worker = class { constructor() { throw new DOMException('', 'SecurityError') } }`,
  ],
  ['sendBeacon', `delete Navigator.prototype.sendBeacon`],
  ['randomUUID', `delete Crypto.prototype.randomUUID`],
  [
    'the history',
    `History.prototype.pushState = History.prototype.replaceState = () => { throw new DOMException('', 'SecurityError') }`,
  ],
]

for (const [name, takeAway] of TAKEN) {
  test(`without ${name} a time is shown live and booked`, async ({ server, studio, visit }) => {
    const page = await visit({ at: 'about:blank' })
    await page.addInitScript(takeAway)
    await page.goto(bookerPath(studio))
    await expect(times(page)).toHaveCount(10)
    await (await visitor(server.url)).hold(studio, at(18), 60)
    await expect(time(page, '18:00')).toContainText('Reserved')
    await choose(page, '13:00')
    await book(page)
  })
}

test('without sendBeacon a page that goes lets go of its time', async ({ register, visit }) => {
  const studio = await register({ leaseMs: 600_000, checkoutLeaseMs: 600_000 })
  const viewer = await visit({ at: bookerPath(studio) })
  const page = await visit({ at: 'about:blank' })
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'sendBeacon'))
  await page.goto(bookerPath(studio))
  await choose(page, '13:00')
  await expect(time(viewer, '13:00')).toContainText('Reserved')
  await page.goto('about:blank')
  await expect(time(viewer, '13:00')).not.toContainText('Reserved')
})
