import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { book, time, times } from './support/booker.js'
import { expect, test } from './support/test.js'

/** All that a page with the element has to allow the server. */
const policy = (server: string) =>
  `default-src 'none'; script-src ${server} 'nonce-shop'; connect-src ${server}; worker-src blob:`

/** A page with the element, which tells what it heard of the booking. */
const page = (server: string, resource: string) => `<!doctype html>
<html lang="en">
<title>A shop</title>
<h1>A shop</h1>
<p id="heard"></p>
<script nonce="shop">
  addEventListener('slotkeeper-booked', ({ detail }) => {
    heard.textContent = detail.manageUrl
  })
</script>
<script type="module" src="${server}/embed.js"></script>
<slotkeeper-booker resource="${resource}"></slotkeeper-booker>
`

/** Serves the page at an origin of its own. */
async function openShop(server: string, resource: string) {
  const shop = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8')
    answer.setHeader('content-security-policy', policy(server))
    answer.end(page(server, resource))
  })
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  const { port } = shop.address() as AddressInfo
  const close = () => {
    shop.closeAllConnections()
    return new Promise((resolve) => shop.close(resolve))
  }
  return { url: `http://127.0.0.1:${port}/`, close }
}

test('the element holds, books and shows what others do in a page of another origin', async ({
  server,
  studio,
  visit,
}) => {
  const shop = await openShop(server.url, studio)
  try {
    const buyer = await visit({ at: shop.url })
    const other = await visit({ at: shop.url })
    const chosen = times(buyer).first()
    await expect(chosen).toBeVisible()
    const clock = (await chosen.innerText()).slice(0, 5)
    await expect(time(other, clock)).toBeVisible()
    await chosen.click()
    await expect(buyer.getByRole('heading', { name: 'Your details' })).toBeVisible()
    await expect(time(other, clock)).toContainText('Reserved')
    await book(buyer)
    await expect(time(other, clock)).toHaveCount(0)

    const link = await buyer.locator('#heard').innerText()
    expect(link).toMatch(new RegExp(`^${server.url}/b/[0-9a-f-]{36}#.+`))
    const owner = await visit({ at: link })
    await expect(owner.getByRole('heading', { name: 'Your booking' })).toBeVisible()
  } finally {
    await shop.close()
  }
})
