import { book, bookerPath, choose, requestsOf, time, times } from './support/booker.js'
import { ADMIN_KEY } from './support/server.js'
import { at, dayAhead, expect, test } from './support/test.js'
import { putResource, retireResource, visitor } from './support/visitor.js'

/** Open for an hour on one weekday. */
const hourOn = (weekday: string) => ({ [weekday]: [{ from: '10:00', to: '11:00' }] })

test('three hundred resources are all shown and found, with a question for a hundred of them', async ({
  server,
  visit,
}) => {
  test.slow()
  const names = Array.from({ length: 300 }, (_, nth) => `many-${String(nth).padStart(3, '0')}`)
  const put = (id: string) =>
    putResource(server.url, id, {
      name: `Cabin ${id.slice(-3)}`,
      timezone: 'Europe/Berlin',
      durations: [60],
    })
  for (let nth = 0; nth < names.length; nth += 20) {
    await Promise.all(names.slice(nth, nth + 20).map(put))
  }
  const page = await visit({ at: 'about:blank' })
  const requests = requestsOf(page)
  await page.goto('/')
  const card = (name: string) => page.getByRole('link', { name: new RegExp(`^${name}`) })
  await expect(card('Cabin 299')).toContainText('Free today')
  await expect(card('Cabin 000')).toContainText('Free today')
  const count = await page.locator('.resource').count()
  expect(count).toBeGreaterThanOrEqual(300)
  const asked = requests.filter((request) => request.includes('availability'))
  expect(asked).toEqual(Array(Math.ceil(count / 100)).fill('GET /v1/availability'))

  await page.getByLabel('Search').fill('cabin 17')
  // 017, 117, 217 and 170 to 179.
  await expect(page.getByRole('status').filter({ hasText: '13 found' })).toBeVisible()
  await expect(page.locator('.resource')).toHaveCount(13)
  await page.getByLabel('Search').fill('nowhere to be seen')
  await expect(page.getByText('Nothing found')).toBeVisible()
  await page.getByLabel('Search').fill('CABIN 299')
  await card('Cabin 299').click()
  await expect(page.getByRole('heading', { name: 'Cabin 299' })).toBeVisible()
})

test('a full month leads to the next free day, however far, with one question', async ({
  server,
  register,
  visit,
}) => {
  test.slow()
  const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
  const first = dayAhead(7)
  const weekday = weekdays[new Date(`${first}T12:00:00Z`).getUTCDay()] ?? 'mon'
  const room = await register({ durations: [60], hours: hourOn(weekday) })
  const ann = await visitor(server.url)
  // Every week of the next months is taken.
  const weeks = 20
  for (let week = 1; week <= weeks; week += 1) {
    await ann.book(room, at(10, 0, dayAhead(week * 7)), 60)
  }
  // The present week's, where it has not gone by.
  await ann.book(room, at(10, 0, dayAhead(0)), 60).catch(() => undefined)
  const page = await visit({ at: 'about:blank' })
  const requests = requestsOf(page)
  await page.goto(`/r/${room}`)
  const next = dayAhead((weeks + 1) * 7)
  const words = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' })
  const button = page.getByRole('button', { name: /^Next free day: / })
  await expect(button).toContainText(words.format(new Date(`${next}T12:00:00Z`)))
  expect(requests.filter((request) => request.endsWith('/next'))).toHaveLength(1)
  await button.click()
  await expect(times(page)).toHaveText([/^10:00/])
})

test('a resource without opening hours says so, and so does a day without', async ({
  register,
  visit,
}) => {
  const never = await register({ hours: {} })
  const page = await visit({ at: `/r/${never}` })
  await expect(page.getByText('Studio A has no opening hours at the moment.')).toBeVisible()

  const day = dayAhead(9)
  const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
  const other = weekdays[(new Date(`${day}T12:00:00Z`).getUTCDay() + 1) % 7] ?? 'mon'
  const seldom = await register({ hours: hourOn(other) })
  const closed = await visit({ at: bookerPath(seldom) })
  await expect(closed.getByText('It is closed on this day.')).toBeVisible()
  await closed.getByRole('button', { name: /^Next free day: / }).click()
  await expect(times(closed)).toHaveText([/^10:00/])
})

test('a day of 96 starts opens in the morning, and its parts can be jumped to', async ({
  register,
  visit,
}) => {
  const room = await register({ hours: null, slotInterval: 15 })
  const page = await visit({ at: bookerPath(room) })
  await expect(times(page)).toHaveCount(96)
  await expect(time(page, '06:00')).toBeInViewport()
  await expect(time(page, '00:00')).not.toBeInViewport()
  const jumps = page.getByRole('group', { name: 'Parts of the day' })
  await jumps.getByRole('button', { name: 'Evening' }).click()
  await expect(time(page, '18:00')).toBeInViewport()
  await expect(time(page, '18:00')).toBeFocused()
  await jumps.getByRole('button', { name: 'Night' }).click()
  await expect(time(page, '00:00')).toBeFocused()
  await page.keyboard.press('PageDown')
  await expect(time(page, '06:00')).toBeFocused()
  await page.keyboard.press('PageUp')
  await expect(time(page, '00:00')).toBeFocused()

  const short = await register()
  await page.goto(bookerPath(short))
  await expect(times(page)).toHaveCount(10)
  await expect(jumps).toHaveCount(0)
})

test('who comes back to a day after a booking is not offered it again', async ({
  studio,
  visit,
}) => {
  const page = await visit({ at: bookerPath(studio) })
  for (const clock of ['11:00', '14:00', '16:00']) {
    await choose(page, clock)
    await book(page)
    await page.getByRole('button', { name: 'Book another time' }).click()
    await expect(time(page, '09:00')).toBeVisible()
    await expect(time(page, clock)).toHaveCount(0)
  }
})

test('who follows a wrong link is told so in words', async ({ visit }) => {
  const page = await visit({ at: '/r/' })
  for (const path of ['/r/', '/b/', '/r/x/y', '/nowhere']) {
    const answer = await page.goto(path)
    expect(answer?.status()).toBe(404)
    await expect(page.getByRole('heading', { name: 'This page does not exist' })).toBeVisible()
  }
})

test('a retired resource has a row where it has bookings, and none where it has not', async ({
  server,
  register,
  visit,
}) => {
  const [booked, empty] = [await register({ name: 'Old hall' }), await register()]
  const tomorrow = dayAhead(1)
  await (await visitor(server.url)).book(booked, at(10, 0, tomorrow), 60)
  for (const id of [booked, empty]) await retireResource(server.url, id)
  const page = await visit({ at: '/operator' })
  await page.getByLabel('Admin key').fill(ADMIN_KEY)
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByRole('button', { name: 'Next day' }).click()
  const row = (id: string) =>
    page.locator('.row').filter({ has: page.locator(`a[href="/r/${id}"]`) })
  // The list has come: before it has, there is no more of it to show.
  await expect(page.locator('.row').first()).toBeVisible()
  const more = page.getByRole('button', { name: 'Show more resources' })
  while (await more.isVisible()) await more.click()
  await row(booked).scrollIntoViewIfNeeded()
  await expect(row(booked)).toContainText('no longer on offer')
  await expect(row(booked)).toContainText('1 booking')
  await expect(row(empty)).toHaveCount(0)
})
