import { book, bookerPath, choose, time, times } from './support/booker.js'
import { at, dayAhead, expect, test } from './support/test.js'
import { visitor } from './support/visitor.js'

/** A machine whose clock is wrong by so many days. */
const wrongBy = (days: number): string => `
  const Right = Date
  const now = () => Right.now() + ${days} * 86400000
  globalThis.Date = class extends Right {
    constructor(...args) { if (args.length === 0) super(now()); else super(...args) }
    static now() { return now() }
  }`

for (const days of [2, -2]) {
  test(`a browser whose clock is wrong by ${days} days shows the right days`, async ({
    server,
    studio,
    visit,
  }) => {
    const tomorrow = dayAhead(1)
    const made = await (await visitor(server.url)).book(studio, at(10, 0, tomorrow), 60)
    const page = await visit({ at: 'about:blank' })
    await page.addInitScript(wrongBy(days))
    await page.goto(`/b/${made.bookingId}#${made.manageToken}`)
    await expect(page.getByText('Confirmed')).toBeVisible()
    await page.goto(`/r/${studio}?day=${tomorrow}&duration=60`)
    await expect(page.locator('[data-selected=true]')).toHaveAttribute('data-day', tomorrow)
    await expect(times(page)).toHaveCount(9)
    if (tomorrow.slice(0, 7) === dayAhead(0).slice(0, 7))
      await expect(page.locator('[aria-current=date]')).toHaveAttribute('data-day', dayAhead(0))
    await choose(page, '15:00')
    await book(page)
  })
}

test('where zones differ by a day, the other zone’s line has its date', async ({
  studio,
  visit,
}) => {
  const page = await visit({ at: bookerPath(studio), timezoneId: 'Pacific/Auckland' })
  await page.getByText(/Studio A · Berlin/).click()
  await time(page, '18:00').click()
  await expect(page.getByRole('heading', { name: 'Your details' })).toBeVisible()
  const auckland = await visit({ at: bookerPath(studio), timezoneId: 'Pacific/Auckland' })
  await times(auckland).first().click()
  await expect(
    auckland.getByText(/^\w{3},? \d+ \w+, \d\d:\d\d – \d\d:\d\d in Berlin$/),
  ).toBeVisible()
})

test('a short lease is no missing connection', async ({ register, visit }) => {
  test.slow()
  const studio = await register({ leaseMs: 5_000, checkoutLeaseMs: 11_000 })
  const page = await visit({ at: bookerPath(studio) })
  const beats: number[] = []
  page.on('response', (response) => {
    if (response.url().endsWith('/heartbeat')) beats.push(response.status())
  })
  await choose(page, '13:00')
  await expect(page.getByText('13:00 is held for you')).toBeVisible()
  await expect.poll(() => beats.length, { timeout: 40_000 }).toBeGreaterThanOrEqual(3)
  await expect(page.getByText('13:00 is held for you')).toBeVisible()
  await page.context().setOffline(true)
  await expect(page.locator('.hold-line')).toContainText('No connection. Still held for')
})
