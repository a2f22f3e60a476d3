import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { SCENES } from './support/scenes.js'
import { furnish } from './support/stage.js'
import { expect, test } from './support/test.js'

/** Rules whose verdict changes with the colours and the room that there is. */
const OF_THE_LOOK = ['color-contrast', 'scrollable-region-focusable', 'target-size']

/** What axe finds, each with the places it finds it in. */
async function findings(page: Page, only?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page })
  if (only) axe.withRules(only)
  const { violations } = await axe.analyze()
  return violations.map(
    ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ target }) => target).join(' ')}`,
  )
}

/** Pixels by which a page is wider than its window. */
const tooWide = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

test.beforeAll(({ server }) => furnish(server.url))

for (const { name, play } of SCENES) {
  test(`everybody can use: ${name}`, async ({ server, visit }) => {
    const page = await play({ api: server.url, visit })
    // What moves in is half transparent for a moment.
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    expect(await findings(page)).toEqual([])
    await page.setViewportSize({ width: 360, height: 740 })
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    expect(await tooWide(page)).toBeLessThanOrEqual(0)
    expect(await findings(page, OF_THE_LOOK)).toEqual([])
  })
}
