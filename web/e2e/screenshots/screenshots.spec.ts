import { fileURLToPath } from 'node:url'
import { test } from '../support/test.js'
import { SCENES } from './scenes.js'
import { furnish } from './stage.js'

const PICTURES =
  process.env['SCREENSHOTS'] ??
  fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))

const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
]

test.beforeAll(({ server }) => furnish(server.url))

for (const { name, play } of SCENES) {
  test(name, async ({ server, visit }) => {
    const page = await play({ api: server.url, visit })
    for (const viewport of SIZES) {
      await page.setViewportSize(viewport)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const path = `${PICTURES}${name}-${viewport.width}-${colorScheme}.png`
        await page.screenshot({ path, fullPage: true, animations: 'disabled', caret: 'hide' })
      }
    }
  })
}
