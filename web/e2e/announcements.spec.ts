import type { Page } from '@playwright/test'
import { bookerPath, choose, time, times } from './support/booker.js'
import { at, expect, test } from './support/test.js'
import { visitor } from './support/visitor.js'

declare global {
  interface Window {
    heard?: string[]
  }
}

/** Writes down, in order, all that polite regions of the page come to say. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const heard: string[] = []
    const said = new Map<Element, string>()
    const hear = () => {
      for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live]')) {
        const text = region.textContent.trim()
        if (text && text !== said.get(region)) heard.push(text)
        said.set(region, text)
      }
    }
    hear()
    heard.length = 0
    window.heard = heard
    new MutationObserver(hear).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    })
  })
}

const heard = (page: Page): Promise<string[]> => page.evaluate(() => window.heard ?? [])

test('what changes is said politely: how many times, and why one could not be had', async ({
  server,
  studio,
  visit,
}) => {
  const page = await visit({ at: bookerPath(studio) })
  await expect(page.getByText('10 times available')).toBeAttached()
  await listen(page)

  const faster = await visitor(server.url)
  await faster.hold(studio, at(12), 60)
  await expect.poll(() => heard(page)).toEqual(['9 times available'])

  await page.route('**/heartbeat', async (route) => {
    await faster.hold(studio, at(14), 60)
    await route.continue()
  })
  await time(page, '14:00').click()
  const kind = 'Somebody else was a moment faster at 14:00. It may become free again.'
  await expect.poll(() => heard(page)).toContain(kind)
  // Put away, the note gives the focus back to where it was.
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(time(page, '14:00')).toBeFocused()
  await expect(page.getByText(kind)).toBeHidden()
})

test('the end of a hold is counted down in sight, and said twice', async ({ register, visit }) => {
  test.slow()
  const studio = await register({ leaseMs: 5_000, checkoutLeaseMs: 14_000, holdMaxMs: 14_000 })
  const page = await visit({ at: bookerPath(studio) })
  await expect(times(page).first()).toBeVisible()
  await listen(page)
  await choose(page, '14:00')
  await expect(page.locator('.hold-line')).toContainText(/Still held for \d+ seconds/)
  await expect(page.getByText('Your time is no longer held')).toBeVisible({ timeout: 20_000 })
  const words = (await heard(page)).filter((text) => /hold|held/.test(text))
  expect(words).toEqual([
    expect.stringMatching(/^Still held for 1\d seconds$/),
    expect.stringMatching(/^Still held for (10|9|8) seconds$/),
    expect.stringContaining('14:00 was held as long as possible.'),
  ])
})
