import { bookerPath, choose, time, times } from './support/booker.js'
import { DAY, dayAhead, expect, test } from './support/test.js'
import { putResource, retireResource } from './support/visitor.js'

const NEXT_DAY = dayAhead(10)

test('times that can not be loaded are no other day’s, and what is wrong is said', async ({
  studio,
  visit,
}) => {
  const page = await visit({ at: bookerPath(studio) })
  await expect(times(page)).toHaveCount(10)
  if (NEXT_DAY.slice(0, 7) !== DAY.slice(0, 7))
    await page.getByRole('button', { name: 'Next month' }).click()
  await page.route(/slots\?/, (route) => route.abort())
  await page.locator(`[data-day="${NEXT_DAY}"]`).click()
  await expect(page.getByText('This could not be loaded')).toBeVisible()
  await expect(page.getByText('The connection seems to be down.')).toBeVisible()
  await expect(times(page)).toHaveCount(0)
  // A server in trouble is no connection that is down.
  await page.unroute(/slots\?/)
  await page.route(/slots\?/, (route) => route.fulfill({ status: 500, json: {} }))
  await expect(page.getByText('The connection seems to be down.')).toBeHidden()
  await expect(page.getByText('This could not be loaded')).toBeVisible()
  await page.unroute(/slots\?/)
  await expect(times(page)).toHaveCount(10, { timeout: 60_000 })
})

test('that the network has gone is said at once, and taken back when it returns', async ({
  studio,
  visit,
}) => {
  const page = await visit({ at: bookerPath(studio) })
  await expect(times(page)).toHaveCount(10)
  // The first stream is there: only now is there something to lose.
  await page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.includes('/availability')),
  )
  await page.context().setOffline(true)
  const lost = page.getByText('The connection is lost')
  await expect(lost).toBeVisible()
  await page.context().setOffline(false)
  await expect(lost).toBeHidden()
})

test('a resource that is retired while it is looked at says so, and nothing that is wrong', async ({
  server,
  studio,
  visit,
}) => {
  const chooser = await visit({ at: bookerPath(studio) })
  const holder = await visit({ at: bookerPath(studio) })
  const loser = await visit({ at: bookerPath(studio) })
  await expect(time(chooser, '13:00')).toBeVisible()
  await choose(holder, '14:00')
  await holder.getByLabel('Name').fill('Ann Example')
  await holder.getByLabel('E-mail').fill('ann@example.com')
  await expect(time(loser, '15:00')).toBeVisible()
  await retireResource(server.url, studio)

  // Nobody has asked for anything: the page has heard it.
  await expect(chooser.getByText('This is no longer on offer', { exact: true })).toBeVisible()
  await expect(times(chooser)).toHaveCount(0)
  await expect(chooser.getByText('Please choose another time')).toHaveCount(0)

  await holder.getByRole('button', { name: 'Book now' }).click()
  await expect(
    holder.getByText("14:00 can't be booked any more: this is no longer on offer."),
  ).toBeVisible()
  await expect(holder.getByText('taken in the meantime')).toHaveCount(0)
  await expect(holder.getByRole('button', { name: 'Hold 14:00 again' })).toHaveCount(0)
})

test('other hours and lengths show at once, and the page says that they have changed', async ({
  server,
  studio,
  visit,
}) => {
  const page = await visit({ at: bookerPath(studio) })
  await expect(time(page, '13:00')).toBeVisible()
  const open = [{ from: '14:00', to: '18:00' }]
  const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, open])
  await putResource(server.url, studio, {
    name: 'Studio A',
    timezone: 'Europe/Berlin',
    durations: [60, 90],
    slotInterval: 60,
    hours: Object.fromEntries(week),
  })
  await expect(page.getByText('What Studio A offers has just changed.')).toBeVisible()
  await expect(time(page, '13:00')).toHaveCount(0)
  await expect(time(page, '14:00')).toBeVisible()
})
