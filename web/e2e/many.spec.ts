// Browsers give six connections to a host over HTTP/1.1. Whatever is watched, a page and all
// tabs of its origin take one of them.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Locator, Page, Request } from '@playwright/test'
import { bookerPath, time, times } from './support/booker.js'
import { at, expect, test } from './support/test.js'
import { visitor } from './support/visitor.js'

/** How many event streams of these pages are open. */
function streamsOf(pages: readonly Page[]): () => number {
  const open = new Map<Request, Page>()
  for (const page of pages) {
    page.on('request', (request) => {
      if (/\/events\b/.test(new URL(request.url()).pathname)) open.set(request, page)
    })
    page.on('requestfailed', (request) => void open.delete(request))
    page.on('requestfinished', (request) => void open.delete(request))
  }
  return () => [...open.values()].filter((page) => !page.isClosed()).length
}

/** The element's first time that can be chosen. */
const firstTime = (element: Locator) => element.getByRole('option').first()

test('a hundred elements of a hundred resources on one page all show what happens', async ({
  server,
  register,
  visit,
}) => {
  test.setTimeout(180_000)
  const rooms: string[] = []
  for (let nth = 0; nth < 100; nth += 1) rooms.push(await register())
  const shop = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8')
    const elements = rooms.map((room) => `<slotkeeper-booker resource="${room}"></slotkeeper-booker>`)
    const script = `<script type="module" src="${server.url}/embed.js"></script>`
    answer.end(`<!doctype html><html lang="en"><title>A shop</title>${script}${elements.join('')}`)
  })
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  try {
    const page = await visit({ at: 'about:blank' })
    const streams = streamsOf([page])
    await page.goto(`http://127.0.0.1:${(shop.address() as AddressInfo).port}/`)
    const element = (room: string) => page.locator(`slotkeeper-booker[resource="${room}"]`)
    for (const room of rooms) await expect(firstTime(element(room))).toBeVisible({ timeout: 60_000 })

    const ann = await visitor(server.url)
    for (const room of [rooms[0], rooms[49], rooms[99]]) {
      const it = firstTime(element(room ?? ''))
      const start = (await it.getAttribute('data-start')) ?? ''
      await ann.hold(room ?? '', start, 60)
      await expect(it).toContainText('Reserved')
    }
    await expect.poll(streams).toBe(1)
  } finally {
    shop.closeAllConnections()
    await new Promise((resolve) => shop.close(resolve))
  }
})

test('twelve tabs of twelve resources share a stream, and all show what happens', async ({
  server,
  register,
  browser,
}) => {
  test.setTimeout(180_000)
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin' })
  try {
    const tabs: { readonly room: string; readonly page: Page }[] = []
    for (let nth = 0; nth < 12; nth += 1) {
      tabs.push({ room: await register(), page: await context.newPage() })
    }
    const streams = streamsOf(tabs.map(({ page }) => page))
    for (const { room, page } of tabs) {
      await page.goto(server.url + bookerPath(room))
      await expect(times(page).first()).toBeVisible()
    }
    const ann = await visitor(server.url)
    for (const { room, page } of tabs) {
      await ann.hold(room, at(13), 60)
      await expect(time(page, '13:00')).toContainText('Reserved')
    }
    // Who leaves the lead hands it on, and nobody misses what comes after.
    await tabs[0]?.page.close()
    const bob = await visitor(server.url)
    for (const { room, page } of tabs.slice(1)) {
      await bob.hold(room, at(15), 60)
      await expect(time(page, '15:00')).toContainText('Reserved')
    }
    await expect.poll(streams).toBe(1)
  } finally {
    await context.close()
  }
})
