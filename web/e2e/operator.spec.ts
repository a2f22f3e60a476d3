import type { Locator, Page } from '@playwright/test'
import { bookerPath, time } from './support/booker.js'
import { ADMIN_KEY } from './support/server.js'
import { at, DAY, dayAhead, expect, test, type Visit } from './support/test.js'
import { visitor } from './support/visitor.js'

async function open(visit: Visit, key = ADMIN_KEY): Promise<Page> {
  const page = await visit({ at: '/operator' })
  await page.getByLabel('Admin key').fill(key)
  await page.getByRole('button', { name: 'Open' }).click()
  return page
}

/** The row of a resource, by the address that its name leads to: as many rows are shown as it takes. */
async function rowOf(page: Page, resource: string): Promise<Locator> {
  const row = page.locator('.row').filter({ has: page.locator(`a[href="/r/${resource}"]`) })
  const more = page.getByRole('button', { name: 'Show more resources' })
  await expect(row.or(more).first()).toBeVisible()
  while (!(await row.isVisible())) await more.click()
  return row
}

/** The last figure of a plot, in words. */
const figure = (page: Page, name: string) =>
  page.locator('.figure').filter({ hasText: name }).locator('.figure-value')

test('who has not the admin key sees nothing, and who has it keeps it for the tab', async ({
  studio,
  visit,
}) => {
  const page = await open(visit, 'a-key-that-somebody-guessed')
  await expect(page.getByText('The server does not take this key.')).toBeVisible()
  await page.getByLabel('Admin key').fill(ADMIN_KEY)
  await page.getByRole('button', { name: 'Open' }).click()
  await expect(await rowOf(page, studio)).toBeVisible()
  await page.reload()
  await expect(await rowOf(page, studio)).toBeVisible()
  await page.getByRole('button', { name: 'Forget the key' }).click()
  await expect(page.getByLabel('Admin key')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Admin key')).toBeVisible()
})

test('a day is seen as it is: booked, held, let go of, cancelled', async ({
  server,
  studio,
  visit,
}) => {
  test.slow()
  const tomorrow = dayAhead(1)
  const one = await visitor(server.url)
  await one.book(studio, at(10, 0, tomorrow), 60)
  const page = await open(visit)
  const row = await rowOf(page, studio)
  // A row out of sight asks for nothing.
  await row.scrollIntoViewIfNeeded()
  await expect(row).toContainText('No bookings')
  await page.getByRole('button', { name: 'Next day' }).click()
  // The way to the next day is above all rows: with many of them this one is out of sight again.
  await row.scrollIntoViewIfNeeded()
  await expect(row).toContainText('1 booking')

  await one.hold(studio, at(13, 0, tomorrow), 60)
  await expect(row.getByRole('img', { name: 'Held 13:00 – 14:00' })).toBeVisible()
  await one.leave(studio)
  await expect(row.getByRole('img')).toHaveCount(0)

  await row.getByRole('button', { name: 'Booking 10:00 – 11:00, confirmed' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('bea@example.com')
  await expect(dialog).toContainText('Studio A')
  await dialog.getByRole('button', { name: 'Cancel this booking' }).click()
  await dialog.getByRole('button', { name: 'Really cancel it' }).click()
  await expect(dialog).toBeHidden()
  await expect(row).toContainText('No bookings')
})

test('a booking that the operator cancels is free for visitors at once', async ({
  server,
  studio,
  visit,
}) => {
  test.slow()
  await (await visitor(server.url)).book(studio, at(13), 60)
  const viewer = await visit({ at: bookerPath(studio) })
  await expect(time(viewer, '14:00')).toBeVisible()
  await expect(time(viewer, '13:00')).toHaveCount(0)
  const page = await open(visit)
  for (let day = dayAhead(0); day < DAY; day = next(day)) {
    await page.getByRole('button', { name: 'Next day' }).click()
  }
  const row = await rowOf(page, studio)
  await row.scrollIntoViewIfNeeded()
  await row.getByRole('button', { name: /^Booking 13:00/ }).click()
  await page.getByRole('button', { name: 'Cancel this booking' }).click()
  await page.getByRole('button', { name: 'Really cancel it' }).click()
  await expect(time(viewer, '13:00')).toBeVisible()
})

const next = (day: string): string =>
  new Date(Date.parse(`${day}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10)

test('how the server does is told by small plots', async ({ server, studio, visit }) => {
  test.slow()
  const [one, rival] = [await visitor(server.url), await visitor(server.url)]
  const held = await one.hold(studio, at(10), 60)
  const page = await open(visit)
  const busy = async (name: string) => {
    await one.renew(studio, held)
    await rival.hold(studio, at(10), 60).catch(() => undefined)
    await fetch(`${server.url}/v1/resources/${studio}/days/${DAY}`)
    return figure(page, name).textContent()
  }
  await expect.poll(() => busy('Heartbeats')).toMatch(/[1-9].* per second/)
  await expect.poll(() => busy('Conflict rate')).toMatch(/[1-9].* %/)
  await expect.poll(() => busy('Cache hits')).toMatch(/[1-9].* %/)
  await expect(figure(page, 'Projection lag')).toHaveText(/^[\d.]+ m?s$/)
  await expect(figure(page, 'Live holds')).toHaveText(/^[1-9]/)
  await expect(
    page.getByRole('img', { name: /^Heartbeats: .* in the last 3 minutes/ }),
  ).toBeVisible()
})
