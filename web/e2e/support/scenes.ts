import type { Page } from '@playwright/test'
import { book, choose, time } from './booker.js'
import { ADMIN_KEY } from './server.js'
import { at, expect, type Visit } from './test.js'
import { visitor } from './visitor.js'
import { DAYS_TO_WORK, paths } from './stage.js'

export interface Stage {
  readonly api: string
  readonly visit: Visit
}

/** What a page looks like at one moment. */
export interface Scene {
  /** The picture's name. */
  readonly name: string
  /** That something lies over the page: it is shown over the times, in the window. */
  readonly overlaid?: true
  /** Brings a page to the moment. */
  readonly play: (stage: Stage) => Promise<Page>
}

/** The page of a booking that was made for it. */
async function managed({ api, visit }: Stage, hour: number): Promise<Page> {
  const { bookingId, manageToken } = await (await visitor(api)).book('studio-a', at(hour), 60)
  const page = await visit({ at: `/b/${bookingId}#${manageToken}` })
  await expect(page.getByText('Confirmed')).toBeVisible()
  return page
}

async function chosen(visit: Visit, path: string, clock: string): Promise<Page> {
  const page = await visit({ at: path })
  await choose(page, clock)
  return page
}

/** Has visitors come and go until the plot of heartbeats has a few points. */
async function stir(api: string, page: Page): Promise<void> {
  const [one, rival] = [await visitor(api), await visitor(api)]
  // The page of the scene before may still be letting go of its time.
  const hold = () => one.hold('studio-b', at(14), 60)
  await expect(hold).toPass()
  // Held already: this renews it.
  const held = await hold()
  const line = page.locator('.figure').first().locator('.figure-line').last()
  let round = 0
  const points = async () => {
    round += 1
    for (let beat = 0; beat < (round * 3) % 7; beat += 1) await one.renew('studio-b', held)
    await rival.hold('studio-b', at(14), 60).catch(() => undefined)
    return (await line.count()) && (await line.getAttribute('d'))?.split('L').length
  }
  await expect.poll(points, { intervals: [300] }).toBeGreaterThan(5)
  await one.leave('studio-b')
}

export const SCENES: readonly Scene[] = [
  {
    name: 'picker',
    play: async ({ visit }) => {
      const page = await visit({ at: '/' })
      await expect(page.getByText(/^(Next free|Free)/).nth(2)).toBeVisible()
      return page
    },
  },
  {
    name: 'choose',
    play: async ({ visit }) => {
      const page = await visit({ at: paths.studio })
      await expect(time(page, '15:00')).toContainText('Reserved')
      return page
    },
  },
  {
    name: 'refused',
    overlaid: true,
    play: async ({ api, visit }) => {
      const page = await visit({ at: paths.studio })
      const faster = await visitor(api)
      await page.route('**/heartbeat', async (route) => {
        await faster.hold('studio-a', at(14), 60)
        await route.continue()
      })
      await time(page, '14:00').click()
      await expect(page.getByText('a moment faster')).toBeVisible()
      await expect(time(page, '14:00')).toContainText('Reserved')
      return page
    },
  },
  {
    name: 'details',
    play: async ({ visit }) => {
      const page = await chosen(visit, paths.studio, '16:00')
      await page.getByLabel('Name').fill('Ann Example')
      await page.getByLabel('E-mail').fill('ann@example.com')
      return page
    },
  },
  {
    name: 'countdown',
    play: async ({ visit }) => {
      const page = await chosen(visit, paths.hasty, '14:00')
      await expect(page.locator('.hold-line')).toContainText('Still held for')
      return page
    },
  },
  {
    name: 'done',
    play: async ({ visit }) => {
      const page = await chosen(visit, paths.studio, '17:00')
      await book(page)
      return page
    },
  },
  { name: 'manage', play: (stage) => managed(stage, 18) },
  {
    name: 'cancel',
    play: async (stage) => {
      const page = await managed(stage, 9)
      await page.getByRole('button', { name: 'Cancel booking' }).click()
      return page
    },
  },
  {
    name: 'move',
    play: async (stage) => {
      const page = await managed(stage, 21)
      await page.getByRole('button', { name: 'Move to another time' }).click()
      await expect(time(page, '15:00')).toContainText('Reserved')
      return page
    },
  },
  {
    name: 'operator',
    play: async ({ api, visit }) => {
      const page = await visit({ at: '/operator' })
      await page.getByLabel('Admin key').fill(ADMIN_KEY)
      await page.getByRole('button', { name: 'Open' }).click()
      await expect(page.locator('.row').nth(2)).toBeVisible()
      for (let day = 0; day < DAYS_TO_WORK; day += 1) {
        await page.getByRole('button', { name: 'Next day' }).click()
      }
      for (const row of [0, 1, 2]) {
        await expect(page.locator('.row').nth(row)).toContainText(/bookings?/i)
      }
      await expect(page.locator('.block').nth(2)).toBeVisible()
      await stir(api, page)
      return page
    },
  },
  {
    name: 'embed',
    play: async ({ visit }) => {
      const page = await visit({ at: '/embed-demo' })
      await expect(page.getByRole('option').first()).toBeVisible()
      return page
    },
  },
]
