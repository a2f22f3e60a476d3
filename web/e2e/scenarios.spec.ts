import type { Route } from '@playwright/test'
import { book, bookerPath, choose, requestsOf, shown, time, times } from './support/booker.js'
import { at, expect, test } from './support/test.js'
import { visitor } from './support/visitor.js'

test('a short hold reserves every long time that would meet it', async ({ studio, visit }) => {
  const short = await visit({ at: bookerPath(studio, 60) })
  const long = await visit({ at: bookerPath(studio, 300) })
  await expect(times(long)).toHaveCount(6)
  await choose(short, '13:00')
  await expect
    .poll(() => shown(long))
    .toEqual([
      '09:00 Reserved',
      '10:00 Reserved',
      '11:00 Reserved',
      '12:00 Reserved',
      '13:00 Reserved',
      '14:00',
    ])
  // Playwright itself refuses to click on what is disabled.
  await time(long, '10:00').click({ force: true })
  await expect(long.getByRole('heading', { name: 'Your details' })).toBeHidden()
})

test('a hold on one resource leaves the others free', async ({ register, visit }) => {
  const [one, other] = [await register(), await register({ name: 'Studio B' })]
  const here = await visit({ at: bookerPath(one) })
  const there = await visit({ at: bookerPath(other) })
  const alsoHere = await visit({ at: bookerPath(one) })
  await choose(here, '10:00')
  await expect(time(alsoHere, '10:00')).toContainText('Reserved')
  await expect(time(there, '10:00')).not.toContainText('Reserved')
  await choose(there, '10:00')
})

test('of two quick choices the last is held, and the form is for that one', async ({
  studio,
  visit,
}) => {
  const other = await visit({ at: bookerPath(studio) })
  const page = await visit({ at: bookerPath(studio) })
  await expect(time(page, '16:00')).toBeVisible()
  let letThrough = () => {}
  const gate = new Promise<void>((open) => (letThrough = open))
  const wait = async (route: Route) => {
    await gate
    await route.continue()
  }
  await page.route('**/heartbeat', wait, { times: 1 })
  await time(page, '13:00').click()
  await expect(time(page, '13:00')).toHaveAttribute('aria-busy', 'true')
  await time(page, '16:00').click()
  letThrough()
  await expect(page.getByRole('heading', { name: 'Your details' })).toBeVisible()
  await expect(page.locator('.when')).toContainText('16:00 – 17:00')
  await expect(time(other, '16:00')).toContainText('Reserved')
  await expect(time(other, '13:00')).not.toContainText('Reserved')
})

test('a page that outlived its version gets the new one when it needs more of it', async ({
  studio,
  visit,
}) => {
  const page = await visit({ at: bookerPath(studio) })
  await expect(time(page, '13:00')).toBeVisible()
  const steps = '**/assets/steps-*'
  await page.route(steps, (route) => route.fulfill({ status: 404 }))
  const again = page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame())
  await time(page, '13:00').click()
  await again
  await page.unroute(steps)
  // What the page held went with it.
  await choose(page, '13:00')
  await book(page)
})

test('a time that is let go of is free for others at once', async ({ studio, visit }) => {
  const short = await visit({ at: bookerPath(studio, 60) })
  const long = await visit({ at: bookerPath(studio, 300) })
  await choose(short, '13:00')
  await expect(time(long, '10:00')).toContainText('Reserved')
  await short.getByRole('button', { name: 'Back' }).click()
  await expect.poll(async () => (await shown(long)).filter((text) => / /.test(text))).toEqual([])
  // The times are where they were, and the focus is on the one that had been chosen.
  await expect(time(short, '13:00')).toBeFocused()
})

test('the browser’s own Back lets go too', async ({ studio, visit }) => {
  const one = await visit({ at: bookerPath(studio) })
  const other = await visit({ at: bookerPath(studio) })
  await choose(one, '13:00')
  await expect(time(other, '13:00')).toContainText('Reserved')
  await one.goBack()
  await expect(time(one, '13:00')).toBeVisible()
  await expect(time(other, '13:00')).not.toContainText('Reserved')
})

test('reserved times stand among the available in order', async ({ server, studio, visit }) => {
  const [one, other] = [await visitor(server.url), await visitor(server.url)]
  await one.hold(studio, at(10), 60)
  await other.hold(studio, at(12), 60)
  const page = await visit({ at: bookerPath(studio) })
  await expect
    .poll(async () => (await shown(page)).slice(0, 5))
    .toEqual(['09:00', '10:00 Reserved', '11:00', '12:00 Reserved', '13:00'])
  const reserved = time(page, '10:00')
  await expect(reserved).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByText('It may become free again')).toBeVisible()
})

test('neither a heartbeat nor a new hold makes anybody ask for slots again', async ({
  server,
  register,
  visit,
}) => {
  test.slow()
  const studio = await register({ checkoutLeaseMs: 5_000 })
  const viewers = await Promise.all(
    Array.from({ length: 10 }, async (_, index) => {
      const duration = [60, 120, 300][index % 3] ?? 60
      const page = await visit({ at: bookerPath(studio, duration) })
      await expect(time(page, '09:00')).toBeVisible()
      return { page, requests: requestsOf(page) }
    }),
  )
  const everybodySees = (which: number): Promise<unknown> =>
    Promise.all(
      viewers.map(({ page }) =>
        expect.poll(async () => (await shown(page)).at(which)).toMatch(/Reserved$/),
      ),
    )
  const holder = await visit({ at: bookerPath(studio) })
  await choose(holder, '09:00')
  await everybodySees(0)
  const renewals: number[] = []
  holder.on('response', (response) => {
    if (response.url().endsWith('/heartbeat')) renewals.push(response.status())
  })
  await expect.poll(() => renewals.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(2)
  expect(new Set(renewals)).toEqual(new Set([200]))
  // A hold that everybody sees shows that what came before it has arrived too.
  await (await visitor(server.url)).hold(studio, at(18), 60)
  await everybodySees(-1)
  // The stream itself may come only after the first times are seen.
  const asked = viewers.flatMap(({ requests }) => requests)
  expect(asked.filter((request) => !request.endsWith('/events'))).toEqual([])
})
