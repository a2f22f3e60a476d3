import type { Page } from '@playwright/test'
import { book, choose, time } from './booker.js'
import { at, expect, type Visit } from './test.js'
import { visitor } from './visitor.js'
import { paths } from './stage.js'

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
    name: 'embed',
    play: async ({ visit }) => {
      const page = await visit({ at: '/embed-demo' })
      await expect(page.getByRole('option').first()).toBeVisible()
      return page
    },
  },
]
