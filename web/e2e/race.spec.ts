import type { Page, Route } from '@playwright/test'
import { book, bookerPath, choose, loseAnswers, time, times } from './support/booker.js'
import { expect, test } from './support/test.js'

/** Keeps the next question of each page back until all have asked: none is seen to be first. */
async function meetAtTheServer(pages: readonly Page[]): Promise<void> {
  let asked = 0
  let open = () => {}
  const all = new Promise<void>((resolve) => (open = resolve))
  const wait = async (route: Route) => {
    asked += 1
    if (asked === pages.length) open()
    await all
    await route.continue()
  }
  await Promise.all(pages.map((page) => page.route('**/heartbeat', wait, { times: 1 })))
}

test('two visitors race for a time: one has it, the other is told kindly', async ({
  studio,
  visit,
}) => {
  test.slow()
  for (const clock of ['10:00', '14:00']) {
    const pages = [await visit({ at: bookerPath(studio) }), await visit({ at: bookerPath(studio) })]
    await Promise.all(pages.map((page) => expect(time(page, clock)).toBeVisible()))
    await meetAtTheServer(pages)
    await Promise.all(pages.map((page) => time(page, clock).click()))

    const form = pages.map((page) => page.getByRole('heading', { name: 'Your details' }))
    await expect
      .poll(async () => (await Promise.all(form.map((each) => each.isVisible()))).filter(Boolean))
      .toHaveLength(1)
    const won = (await form[0]?.isVisible()) ? 0 : 1
    const [winner, loser] = [pages[won], pages[1 - won]]
    if (!winner || !loser) throw new Error('There are two pages.')

    await expect(loser.getByText(`a moment faster at ${clock}`)).toBeVisible()
    await expect(time(loser, clock)).toContainText('Reserved')
    await book(winner)
    await expect(time(loser, clock)).toHaveCount(0)
  }
})

test('a booking whose answers are lost is found out by asking again', async ({
  register,
  visit,
}) => {
  test.slow()
  const studio = await register({ leaseMs: 5_000, checkoutLeaseMs: 5_000 })
  const viewer = await visit({ at: bookerPath(studio) })
  const page = await visit({ at: bookerPath(studio) })
  await choose(page, '13:00')
  await page.getByLabel('Name').fill('Ann Example')
  await page.getByLabel('E-mail').fill('ann@example.com')
  await loseAnswers(page, '**/v1/bookings')
  await page.getByRole('button', { name: 'Book now' }).click()
  await expect(time(viewer, '13:00')).toHaveCount(0)
  const unknown = page.getByText('it is not certain whether 13:00 is booked')
  await expect(unknown).toBeVisible({ timeout: 30_000 })
  // The hold went into the booking, and its beats have met that: nothing else may be said.
  await expect(page.getByText('is held for you')).toBeHidden()
  await expect(page.getByText('no longer held')).toBeHidden()
  await page.unrouteAll()
  await page.getByRole('button', { name: 'Ask again' }).click()
  await expect(page.getByRole('heading', { name: 'It is booked' })).toBeVisible()
})

/**
 * Asks for a time: how it stands, `gone` when it is not among the times. The list moves while
 * others book, so the time itself is clicked, wherever it is.
 */
const ask = (options: (HTMLElement | SVGElement)[], clock: string): string | undefined => {
  const option = options.find(({ textContent }) => textContent?.startsWith(clock))
  ;(option as HTMLElement | undefined)?.click()
  return options.length > 0 ? (option?.dataset['state'] ?? 'gone') : undefined
}

/** Asks for a time until it is had, or somebody else has it. */
async function have(page: Page, clock: string): Promise<boolean> {
  const form = page.getByRole('heading', { name: 'Your details' })
  let had = false
  await expect(async () => {
    const state = await times(page).evaluateAll(ask, clock)
    had = await form.isVisible()
    expect(had || state === 'reserved' || state === 'gone').toBe(true)
  }).toPass({ timeout: 20_000 })
  return had
}

test('a hold that is alive is never disappointed at the last step', async ({ studio, visit }) => {
  test.slow()
  const clocks = ['09:00', '10:00', '11:00', '12:00', '13:00']
  const pages = await Promise.all(clocks.map(() => visit({ at: bookerPath(studio) })))
  // Everybody tries each time in turn, until each of them has booked one.
  await Promise.all(
    pages.map(async (page) => {
      await expect(times(page).first()).toBeVisible()
      for (const clock of clocks) {
        if (await have(page, clock)) return book(page)
      }
      throw new Error('There are as many times as visitors.')
    }),
  )
})
