import type { Locator, Page } from '@playwright/test'
import { bookerPath, shown, time, times } from './support/booker.js'
import { DAY, expect, test } from './support/test.js'

/** Stops of the Tab key that no page of ours has as many of. */
const STOPS_MAX = 20

/** Presses Tab until the focus is on something, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error('The Tab key does not lead there.')
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true })

test('a time is booked, moved and cancelled by the keyboard alone', async ({ studio, visit }) => {
  const page = await visit({ at: bookerPath(studio) })
  const { keyboard } = page
  await expect(times(page)).toHaveCount(10)

  await tabTo(page, page.getByRole('radio', { name: '1 hour' }))
  await keyboard.press('ArrowRight')
  await expect(times(page)).toHaveCount(9)

  await tabTo(page, page.locator(`[data-day="${DAY}"]`))
  await keyboard.press('ArrowDown')
  await keyboard.press('ArrowLeft')
  await keyboard.press('Enter')
  await expect(page.locator('[data-selected=true]')).toBeFocused()

  await tabTo(page, times(page).first())
  await keyboard.press('End')
  await expect(time(page, '17:00')).toBeFocused()
  await keyboard.press('ArrowLeft')
  await keyboard.press('Enter')
  await expect(heading(page, 'Your details')).toBeFocused()

  await tabTo(page, page.getByLabel('Name'))
  await keyboard.press('Enter')
  await expect(page.getByText('Please enter your name.')).toBeVisible()
  await expect(page.getByLabel('Name')).toBeFocused()
  await keyboard.type('Ann Example')
  await tabTo(page, page.getByLabel('E-mail'))
  await keyboard.type('ann@example.com')
  await tabTo(page, button(page, 'Book now'))
  await keyboard.press('Space')
  await expect(heading(page, 'It is booked')).toBeFocused()

  await tabTo(page, page.getByRole('link', { name: /\/b\// }))
  await keyboard.press('Enter')
  await tabTo(page, button(page, 'Move to another time'))
  await keyboard.press('Enter')
  await tabTo(page, times(page).first())
  await keyboard.press('Enter')
  await expect(heading(page, 'To')).toBeFocused()
  await tabTo(page, button(page, 'Move the booking'))
  await keyboard.press('Enter')
  await expect(
    page.getByText(/The booking is moved to \w+,? \d+ \w+, 09:00 – 11:00\./),
  ).toBeVisible()
  await expect(heading(page, 'Your booking')).toBeFocused()

  await tabTo(page, button(page, 'Cancel booking'))
  await keyboard.press('Enter')
  await expect(button(page, 'Yes, cancel it')).toBeVisible()
  await keyboard.press('Escape')
  // The focus is back a moment before the question is gone.
  await expect(page.locator('dialog')).toHaveCount(0)
  await expect(button(page, 'Cancel booking')).toBeFocused()
  await keyboard.press('Enter')
  await tabTo(page, button(page, 'Yes, cancel it'))
  await keyboard.press('Enter')
  await expect(page.getByText('The booking is cancelled.')).toBeVisible()
  await expect(heading(page, 'Your booking')).toBeFocused()
})

test('the arrow keys lead through the months, and no further than they may', async ({
  studio,
  visit,
}) => {
  const page = await visit({ at: bookerPath(studio) })
  const { keyboard } = page
  await expect(times(page).first()).toBeVisible()
  const today = new Date().toISOString().slice(0, 10)
  await tabTo(page, page.locator(`[data-day="${DAY}"]`))
  await keyboard.press('PageDown')
  await expect(page.locator('[data-day]:focus')).not.toHaveAttribute('data-day', DAY)
  for (let month = 0; month < 3; month += 1) await keyboard.press('PageUp')
  await expect(page.locator('[data-day]:focus')).toHaveAttribute('aria-current', 'date')
  await keyboard.press('ArrowLeft')
  await expect(page.locator('[data-day]:focus')).toHaveAttribute('data-day', today)
  // Moving is not choosing.
  expect(await shown(page)).toHaveLength(10)
})
