import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { book, times } from './support/booker.js'
import { expect, test } from './support/test.js'

/** A page with the element and a style of its own. */
const page = (server: string, resource: string, style: string) => `<!doctype html>
<html lang="en"><title>A shop</title><style>${style}</style>
<script type="module" src="${server}/embed.js"></script>
<slotkeeper-booker resource="${resource}"></slotkeeper-booker>`

/** Serves a page whose style stands in the address. */
async function openShop(server: string, resource: string) {
  const shop = createServer(({ url }, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8')
    const style = new URL(url ?? '/', 'http://shop').searchParams.get('style') ?? ''
    answer.end(page(server, resource, style))
  })
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  const { port } = shop.address() as AddressInfo
  const close = () => {
    shop.closeAllConnections()
    return new Promise((resolve) => shop.close(resolve))
  }
  const at = (style: string) => `http://127.0.0.1:${port}/?style=${encodeURIComponent(style)}`
  return { at, close }
}

/** How large what is seen of the element is. */
async function sizesOf(shop: Page): Promise<unknown> {
  await expect(times(shop).first()).toBeVisible()
  await expect(shop.locator('[data-offer=true]').first()).toBeVisible()
  return shop.evaluate(() => {
    const root = document.querySelector('slotkeeper-booker')?.shadowRoot
    const parts = ['h1', '.day', '.slot', 'th', '.segments label', '.booker']
    return parts.map((part) => {
      const element = root?.querySelector(part)
      const { width = 0, height = 0 } = element?.getBoundingClientRect() ?? {}
      const font = element && getComputedStyle(element).fontSize
      return { part, width: Math.round(width), height: Math.round(height), font }
    })
  })
}

test('the element has its size whatever the font of the page around it is', async ({
  server,
  studio,
  visit,
}) => {
  const shop = await openShop(server.url, studio)
  try {
    const usual = await sizesOf(await visit({ at: shop.at('') }))
    for (const style of [
      'html{font-size:62.5%}',
      'html{font-size:7px}',
      'html{font-size:40px}',
      'body{font-size:30px}',
    ]) {
      expect(await sizesOf(await visit({ at: shop.at(style) })), style).toEqual(usual)
    }
    const large = await visit({ at: shop.at('slotkeeper-booker{font-size:20px}') })
    await expect(times(large).first()).toHaveCSS('font-size', '20px')
  } finally {
    await shop.close()
  }
})

test('the steps of the element leave nothing in the history of the page around it', async ({
  server,
  studio,
  visit,
}) => {
  const shop = await openShop(server.url, studio)
  try {
    const buyer = await visit({ at: shop.at('') })
    const before = await buyer.evaluate(() => [history.length, location.href, history.state])
    await times(buyer).first().click()
    await buyer.getByRole('button', { name: 'Back' }).click()
    await times(buyer).first().click()
    await book(buyer)
    await buyer.getByRole('button', { name: 'Book another time' }).click()
    await expect(times(buyer).first()).toBeVisible()
    const after = await buyer.evaluate(() => [history.length, location.href, history.state])
    expect(after).toEqual(before)
  } finally {
    await shop.close()
  }
})
