import { book, bookerPath, choose, time, times } from './support/booker.js'
import { DAY, expect, test } from './support/test.js'
import { holdsOf } from './support/visitor.js'

test('a reload of the confirmation keeps the link to the booking', async ({ studio, visit }) => {
  const page = await visit({ at: bookerPath(studio) })
  await choose(page, '13:00')
  await book(page)
  const link = page.getByRole('link', { name: /\/b\// })
  await expect(page).toHaveURL((await link.getAttribute('href')) ?? '')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Your booking' })).toBeVisible()
  await expect(page.getByText('13:00 – 14:00')).toBeVisible()
  await expect(page).toHaveURL(/\/b\/[0-9a-f-]{36}#.+/)

  // Back leads to the times, and forward to the booking again.
  await page.goBack()
  await expect(times(page).first()).toBeVisible()
  await page.goForward()
  await expect(page.getByRole('heading', { name: 'Your booking' })).toBeVisible()
})

test('from the confirmation, Back and the page’s own button lead to the times', async ({
  studio,
  visit,
}) => {
  const page = await visit({ at: bookerPath(studio) })
  await choose(page, '13:00')
  await book(page)
  await page.goBack()
  await expect(times(page)).toHaveCount(9)
  await expect(page).toHaveURL(new RegExp(`/r/${studio}\\?day=${DAY}`))
  await choose(page, '15:00')
  await book(page)
  await page.getByRole('button', { name: 'Book another time' }).click()
  await expect(times(page)).toHaveCount(8)
  await expect(page).toHaveURL(new RegExp(`/r/${studio}\\?day=${DAY}`))
  await choose(page, '16:00')
})

test('a reload in the middle of the form keeps the time and what was typed', async ({
  server,
  studio,
  visit,
}) => {
  const page = await visit({ at: bookerPath(studio) })
  const viewer = await visit({ at: bookerPath(studio) })
  await choose(page, '13:00')
  await page.getByLabel('Name').fill('Ann Example')
  await page.getByLabel('Notes').fill('Two microphones')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Your details' })).toBeVisible()
  await expect(page.getByLabel('Name')).toHaveValue('Ann Example')
  await expect(page.getByLabel('Notes')).toHaveValue('Two microphones')
  await expect(page.getByText('13:00 is held for you')).toBeVisible()
  await expect(time(viewer, '13:00')).toContainText('Reserved')
  expect(await holdsOf(server.url, studio, DAY)).toHaveLength(1)
  await book(page)

  // A new visit in the same tab begins at the beginning.
  await page.goto(bookerPath(studio))
  await choose(page, '15:00')
  await expect(page.getByLabel('Name')).toHaveValue('')
  await page.goto('/')
  await page.goto(bookerPath(studio))
  await expect(times(page)).toHaveCount(9)
})

test('a reload of the form whose time somebody else has got says so, and keeps what was typed', async ({
  studio,
  visit,
}) => {
  const page = await visit({ at: bookerPath(studio) })
  const other = await visit({ at: bookerPath(studio) })
  await choose(page, '13:00')
  await page.getByLabel('Name').fill('Ann Example')
  await page.goto('about:blank')
  await choose(other, '13:00')
  await page.goBack()
  await expect(page.getByText('Unfortunately somebody else has it now.')).toBeVisible()
  await expect(page.getByLabel('Name')).toHaveValue('Ann Example')
})
