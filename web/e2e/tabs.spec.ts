import type { Page } from '@playwright/test'
import { openBrowser } from './support/background.js'
import { book, bookerPath, choose, time, times } from './support/booker.js'
import { say } from './support/say.js'
import { at, DAY, expect, test } from './support/test.js'
import { holdsOf, visitor } from './support/visitor.js'

/** Both leases as short as they may be. */
const SHORT = { leaseMs: 5_000, checkoutLeaseMs: 5_000 }

test('a tab in the background keeps its hold for several leases', async ({ server, register }) => {
  test.slow()
  const studio = await register(SHORT)
  const browser = await openBrowser()
  try {
    const tab = await browser.open(server.url + bookerPath(studio))
    const found = `Boolean(document.querySelector('[data-state=available]'))`
    await expect.poll(() => tab.evaluate(found)).toBe(true)
    await tab.evaluate(`document.querySelector('[data-state=available]').click()`)
    await expect.poll(() => holdsOf(server.url, studio, DAY)).toHaveLength(1)
    const [held] = await holdsOf(server.url, studio, DAY)

    await browser.open('about:blank')
    await expect.poll(() => tab.evaluate('document.visibilityState')).toBe('hidden')
    // Six beats are more than two leases: one that came late would have lost the time.
    const beats = `performance.getEntriesByType('resource').filter(({ name }) => /heartbeat$/.test(name)).length`
    const before = Number(await tab.evaluate(beats))
    await expect
      .poll(async () => Number(await tab.evaluate(beats)), { timeout: 60_000 })
      .toBeGreaterThanOrEqual(before + 6)
    expect((await holdsOf(server.url, studio, DAY)).map(({ holdId }) => holdId)).toEqual([
      held?.holdId,
    ])
  } finally {
    await browser.close()
  }
})

test('a tab that is closed frees its time at once', async ({ server, register, visit }) => {
  // Leases that outlast the test: only a word at parting can have freed the time.
  const studio = await register({ leaseMs: 600_000, checkoutLeaseMs: 600_000 })
  const viewer = await visit({ at: bookerPath(studio) })
  const holder = await visit({ at: bookerPath(studio) })
  await choose(holder, '13:00')
  await expect(time(viewer, '13:00')).toContainText('Reserved')
  const closedMs = performance.now()
  await holder.close()
  await expect.poll(() => holdsOf(server.url, studio, DAY), { intervals: [20] }).toEqual([])
  say(`freed ${Math.round(performance.now() - closedMs)} ms after the tab was closed`)
  await expect(time(viewer, '13:00')).not.toContainText('Reserved')
})

test('a tab that crashes frees its time when the lease is over', async ({ register, visit }) => {
  const studio = await register(SHORT)
  const viewer = await visit({ at: bookerPath(studio) })
  const holder = await visit({ at: bookerPath(studio) })
  await choose(holder, '13:00')
  await expect(time(viewer, '13:00')).toContainText('Reserved')
  const devtools = await holder.context().newCDPSession(holder)
  // The answer to this never comes.
  devtools.send('Page.crash').catch(() => undefined)
  await expect(time(viewer, '13:00')).not.toContainText('Reserved', { timeout: 30_000 })
})

test('a page outlives its server, and shows the truth again', async ({ server, studio, visit }) => {
  test.slow()
  const viewer = await visit({ at: bookerPath(studio) })
  const holder = await visit({ at: bookerPath(studio) })
  await choose(holder, '13:00')
  await expect(time(viewer, '13:00')).toContainText('Reserved')

  await server.kill()
  const lost = viewer.getByText('The connection is lost')
  await expect(lost).toBeVisible()
  await expect(time(viewer, '13:00')).toContainText('Reserved')

  await server.start()
  await (await visitor(server.url)).book(studio, at(10), 60)
  await expect(time(viewer, '10:00')).toHaveCount(0, { timeout: 60_000 })
  await expect(lost).toBeHidden()
  await expect(time(viewer, '13:00')).toContainText('Reserved')
  // Who was filling in the form has lost nothing.
  await book(holder)
  await expect(time(viewer, '13:00')).toHaveCount(0)
})

test('seven tabs share one stream, and the next takes it over', async ({
  server,
  studio,
  visit,
}) => {
  test.slow()
  const first = await visit({ at: bookerPath(studio) })
  const context = first.context()
  const streaming = new Set<Page>()
  context.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.endsWith('/events')) streaming.add(request.frame().page())
  })
  const tabs = [first]
  await expect(times(first).first()).toBeVisible()
  while (tabs.length < 7) {
    const tab = await context.newPage()
    await tab.goto(bookerPath(studio))
    await expect(times(tab).first()).toBeVisible()
    tabs.push(tab)
  }
  streaming.delete(first)
  expect(streaming.size).toBe(0)

  const other = await visitor(server.url)
  await other.hold(studio, at(10), 60)
  for (const tab of tabs) await expect(time(tab, '10:00')).toContainText('Reserved')

  await first.close()
  await other.leave(studio)
  await (await visitor(server.url)).hold(studio, at(12), 60)
  for (const tab of tabs.slice(1)) {
    await expect(time(tab, '12:00')).toContainText('Reserved', { timeout: 30_000 })
    await expect(time(tab, '10:00')).not.toContainText('Reserved')
  }
  expect(streaming.size).toBe(1)
})
