import type { Locator, Page } from '@playwright/test'
import { book, bookerPath, choose, time, times } from './support/booker.js'
import { DAY, dayAhead, expect, test } from './support/test.js'

/** A word without a place to break at, as German has them. */
const LONG = 'Veranstaltungstechnikwerkstätte'

/** By how much the page is wider than the window. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

/** Whether all of something is within the window. */
async function isInView(what: Locator): Promise<boolean> {
  const box = await what.boundingBox()
  const { height = 0 } = what.page().viewportSize() ?? {}
  return box !== null && box.y >= -1 && box.y + box.height <= height + 1
}

const inView = (what: Locator) => expect.poll(() => isInView(what)).toBe(true)

for (const width of [320, 360, 390, 800, 1280]) {
  test(`long names wrap everywhere, at ${width} pixels`, async ({ register, visit }) => {
    const studio = await register({ name: `${LONG} ${LONG}${LONG}`.slice(0, 120) })
    const viewport = { width, height: 800 }
    const page = await visit({ at: bookerPath(studio), viewport, timezoneId: 'America/New_York' })
    await expect(times(page).first()).toBeVisible()
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    const title = await page.getByRole('heading', { level: 1 }).evaluate((element) => ({
      needs: element.scrollWidth,
      has: element.clientWidth,
    }))
    expect(title.needs).toBeLessThanOrEqual(title.has)
    await times(page).first().click()
    await book(page, LONG)
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    await page.reload()
    await expect(page.getByText('Confirmed')).toBeVisible()
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    await page.goto('/')
    await expect(page.getByText(LONG).first()).toBeVisible()
    expect(await overflow(page)).toBeLessThanOrEqual(0)
  })
}

const PHONE = { viewport: { width: 390, height: 660 }, hasTouch: true, isMobile: true }

test('on a phone a chosen day shows its times, and Back leads to the time that was left', async ({
  studio,
  visit,
}) => {
  const page = await visit({ at: bookerPath(studio), ...PHONE })
  await expect(times(page)).toHaveCount(10)
  const other = dayAhead(10)
  if (other.slice(0, 7) !== DAY.slice(0, 7))
    await page.getByRole('button', { name: 'Next month' }).click()
  await page.evaluate(() => scrollTo(0, 0))
  await page.locator(`[data-day="${other}"]`).tap()
  await expect(times(page)).toHaveCount(10)
  await inView(times(page).first())
  for (const back of ['the page’s', 'the browser’s']) {
    await time(page, '18:00').tap()
    await inView(page.getByRole('heading', { name: 'Your details' }))
    if (back === 'the page’s') await page.getByRole('button', { name: 'Back' }).tap()
    else await page.goBack()
    await expect(time(page, '18:00')).toBeFocused()
    await inView(time(page, '18:00'))
  }
})

test('at four times the size each step begins where somebody sees it', async ({
  studio,
  visit,
}) => {
  // 1280 by 1024 at 400 per cent.
  const page = await visit({ at: bookerPath(studio), viewport: { width: 320, height: 256 } })
  await choose(page, '13:00')
  await inView(page.getByRole('heading', { name: 'Your details' }))
  await book(page)
  await inView(page.getByRole('heading', { name: 'It is booked' }))
  expect(await overflow(page)).toBeLessThanOrEqual(0)
})

test('a list of times that goes on says so, until its end is seen', async ({ register, visit }) => {
  const all = [{ from: '00:00', to: '24:00' }]
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, all])
  const studio = await register({ slotInterval: 15, hours: Object.fromEntries(days) })
  const page = await visit({ at: bookerPath(studio), viewport: { width: 1280, height: 800 } })
  await expect(times(page).first()).toBeVisible()
  const more = page.getByText('More times below')
  await expect(more).toBeVisible()
  await times(page).last().scrollIntoViewIfNeeded()
  await page.locator('.slots-body').evaluate((body) => body.scrollTo(0, body.scrollHeight))
  await expect(more).toBeHidden()
})

/** What has the focus, and whether that is more than the body. */
const focusIsKept = (page: Page) =>
  expect.poll(() => page.evaluate(() => document.activeElement?.localName)).not.toBe('body')

test('the focus is never lost to the body', async ({ register, visit }) => {
  const studio = await register({ leaseMs: 5_000, checkoutLeaseMs: 5_000, holdMaxMs: 5_000 })
  const page = await visit({ at: bookerPath(studio) })
  const { keyboard } = page
  const press = async (name: string) => {
    await page.getByRole('button', { name, exact: true }).focus()
    await keyboard.press('Enter')
    await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0)
    await focusIsKept(page)
  }
  await choose(page, '13:00')
  await press('Hold 13:00 again')
  await page.getByLabel('Name').fill('Ann Example')
  await expect(page.getByText('Your time is no longer held')).toBeVisible()
  await press('Choose another time')
  await expect(times(page)).toHaveCount(10)

  await page.route('**/v1/resources/*', (route) => route.abort())
  await page.goto(bookerPath(studio))
  await page.getByRole('button', { name: 'Try again' }).focus()
  await page.unroute('**/v1/resources/*')
  await keyboard.press('Enter')
  await expect(times(page)).toHaveCount(10)
  await focusIsKept(page)

  await choose(page, '15:00')
  await book(page)
  await page.reload()
  await page.getByRole('button', { name: 'Move to another time' }).click()
  await expect(times(page).first()).toBeVisible()
  await press('Keep the present time')
})
