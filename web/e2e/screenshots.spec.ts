import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { smallPng } from './support/png.js'
import { SCENES } from './support/scenes.js'
import { furnish } from './support/stage.js'
import { test } from './support/test.js'

const PICTURES = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))

const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
]

test.beforeAll(({ server }) => furnish(server.url))

for (const { name, overlaid = false, play } of SCENES) {
  test(name, async ({ server, visit }) => {
    const page = await play({ api: server.url, visit })
    for (const viewport of SIZES) {
      await page.setViewportSize(viewport)
      if (overlaid) await page.locator('.slots').evaluate((times) => times.scrollIntoView())
      // Where the day does not fit, its middle is of interest.
      await page.locator('.timeline').evaluateAll((timelines) => {
        for (const timeline of timelines) timeline.scrollLeft = timeline.scrollWidth / 3
      })
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const picture = await page.screenshot({ fullPage: !overlaid, animations: 'disabled' })
        const file = `${PICTURES}${name}-${viewport.width}-${colorScheme}.png`
        writeFileSync(file, smallPng(picture))
      }
    }
  })
}
