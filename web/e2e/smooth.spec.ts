import type { Page } from '@playwright/test'
import { bookerPath, choose, times } from './support/booker.js'
import { openFlood } from './support/flood.js'
import { say } from './support/say.js'
import { DAY, expect, test } from './support/test.js'

declare global {
  interface Window {
    interactions?: Record<number, number>
  }
}

/** Milliseconds from which on the browser tells how long an interaction took: the least it can. */
const TOLD_FROM_MS = 16

/** Notes how long each interaction took to the next paint, as the browser itself measures it. */
const watchInteractions = (page: Page) =>
  page.addInitScript((durationThreshold) => {
    const interactions: Record<number, number> = {}
    window.interactions = interactions
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as PerformanceEventTiming[]) {
        const { interactionId, duration } = entry as typeof entry & { interactionId: number }
        if (interactionId === 0) continue
        interactions[interactionId] = Math.max(duration, interactions[interactionId] ?? 0)
      }
    }).observe({ type: 'event', durationThreshold } as PerformanceObserverInit)
  }, TOLD_FROM_MS)

/** Prints how long the interactions so far took, of `count` in all, and forgets them. */
async function tell(page: Page, what: string, count: number): Promise<void> {
  const told = await page.evaluate(() => {
    const all = Object.values(window.interactions ?? {})
    for (const id in window.interactions) delete window.interactions[Number(id)]
    return all
  })
  const all = [...told, ...Array.from({ length: Math.max(0, count - told.length) }, () => 0)]
  all.sort((one, other) => one - other)
  const part = (share: number) => {
    const ms = all[Math.ceil(share * all.length) - 1] ?? 0
    return ms < TOLD_FROM_MS ? `under ${TOLD_FROM_MS}` : String(ms)
  }
  const [half, most, longest] = [0.5, 0.95, 1].map(part)
  say(`${what}, to the next paint: p50 ${half} ms, p95 ${most} ms, longest ${longest} ms`)
}

test('with 500 changes a second, typing and clicking go on', async ({ server, studio, visit }) => {
  test.slow()
  const flood = await openFlood(server.url, DAY)
  try {
    const page = await visit({ at: 'about:blank', baseURL: flood.url })
    await watchInteractions(page)
    await page.goto(bookerPath(studio))
    await expect(times(page).filter({ hasText: 'Reserved' }).first()).toBeVisible()

    const option = (index: number) => page.locator('.segments input').nth(index % 3)
    for (let index = 1; index <= 30; index += 1) await option(index).click()
    await expect(option(30)).toBeChecked()
    await tell(page, '30 clicks on durations', 30)

    await times(page).first().focus()
    for (let index = 0; index < 40; index += 1) {
      await page.keyboard.press(index % 10 < 5 ? 'ArrowRight' : 'ArrowLeft')
    }
    await tell(page, '40 steps through the times', 40)

    // Where nobody comes and goes.
    await choose(page, '17:00')
    await tell(page, 'the choice of a time', 1)
    const text = 'We are five, and bring two guitars and a drum kit.'
    await page.getByLabel('Notes').pressSequentially(text, { delay: 15 })
    await expect(page.getByLabel('Notes')).toHaveValue(text)
    await tell(page, `${text.length} letters typed`, text.length)
    say(`${flood.sent()} changes came meanwhile`)
    expect(flood.sent()).toBeGreaterThan(500)
  } finally {
    await flood.stop()
  }
})
