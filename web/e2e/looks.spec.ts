import type { Page } from '@playwright/test'
import { bookerPath, choose, time, times } from './support/booker.js'
import { say } from './support/say.js'
import { expect, test } from './support/test.js'

/** Something that moved, and how much, in the browser's own measure. */
interface Shift {
  readonly what: string
  readonly by: number
}

interface LayoutShift extends PerformanceEntry {
  readonly value: number
  readonly hadRecentInput: boolean
  readonly sources: readonly { readonly node?: Node }[]
}

declare global {
  interface Window {
    shifts?: Shift[]
  }
}

/** What may move by itself in all: next to nothing. */
const SHIFT_MAX = 0.01

/** Adds up what moves by itself from the first paint on. */
const watchShifts = (page: Page) =>
  page.addInitScript(() => {
    const shifts: Shift[] = []
    window.shifts = shifts
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as LayoutShift[]) {
        const what = sources.map(({ node }) => (node as Element).className ?? node?.nodeName)
        if (!hadRecentInput) shifts.push({ what: what.join(' '), by: value })
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })

/** Lets every answer take its time. */
async function slowDown(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  const unlimited = { downloadThroughput: -1, uploadThroughput: -1 }
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 400,
    ...unlimited,
  })
}

for (const width of [360, 1280]) {
  test(`on a slow line nothing jumps, at ${width} pixels`, async ({ studio, visit }) => {
    const page = await visit({ at: 'about:blank', viewport: { width, height: 800 } })
    await watchShifts(page)
    await slowDown(page)
    await page.goto(bookerPath(studio))
    await expect(times(page)).toHaveCount(10)
    await expect(page.locator('[data-offer=true]').first()).toBeVisible()
    await page.getByRole('button', { name: 'Next month' }).click()
    await expect(page.locator('[data-offer=true]').first()).toBeVisible()
    await page.getByRole('radio', { name: '5 hours' }).check()
    // What was there stays until the new times are.
    await expect(page.locator('.slots-body')).toHaveAttribute('inert')
    await expect(times(page)).toHaveCount(10)
    await expect(times(page)).toHaveCount(6)
    const shifts = await page.evaluate(() => window.shifts ?? [])
    for (const { what, by } of shifts) say(`moved by itself: ${what} by ${by.toFixed(4)}`)
    expect(shifts.reduce((sum, { by }) => sum + by, 0)).toBeLessThan(SHIFT_MAX)
  })
}

test('who wants no motion sees none', async ({ studio, visit }) => {
  const moving = (page: Page) => page.evaluate(() => document.getAnimations().length)
  const waiting = async (reducedMotion: 'reduce' | 'no-preference') => {
    const page = await visit({ at: 'about:blank', reducedMotion })
    await page.route('**/slots?*', () => undefined)
    await page.goto(bookerPath(studio))
    await expect(page.getByLabel('Loading times…')).toBeVisible()
    return page
  }
  expect(await moving(await waiting('reduce'))).toBe(0)
  expect(await moving(await waiting('no-preference'))).toBeGreaterThan(0)
})

test('a visitor from elsewhere reads their own clock, and the one of the place', async ({
  studio,
  visit,
}) => {
  const page = await visit({
    at: bookerPath(studio),
    locale: 'en-US',
    timezoneId: 'America/New_York',
  })
  await expect(page.getByRole('radio', { name: /Your time · New York/ })).toBeChecked()
  await expect(times(page).first()).toHaveText('3:00 AM')
  await expect(page.locator('th').first()).toHaveText('Sun')
  await page.getByText(/Studio A · Berlin/).click()
  await expect(times(page).first()).toHaveText('9:00 AM')
  await page.getByText(/Your time · New York/).click()
  await choose(page, '7:00 AM')
  await expect(page.getByText('7:00 AM – 8:00 AM')).toBeVisible()
  await expect(page.getByText('1:00 PM – 2:00 PM in Berlin')).toBeVisible()
})

test('in German all is German, and the choice of a language is kept', async ({ studio, visit }) => {
  const page = await visit({ at: bookerPath(studio), locale: 'de-DE' })
  await expect(page.getByText('Dauer')).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await time(page, '13:00').click()
  await expect(page.getByRole('heading', { name: 'Ihre Angaben' })).toBeFocused()
  await page.getByLabel('Name').fill('Änne Beispiel')
  await page.getByRole('button', { name: 'English' }).click()
  await expect(page.getByRole('heading', { name: 'Your details' })).toBeVisible()
  await expect(page.getByLabel('Name')).toHaveValue('Änne Beispiel')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Your details' })).toBeVisible()
  await page.getByRole('button', { name: 'Back' }).click()
  await expect(page.getByText('Duration', { exact: true })).toBeVisible()
})
