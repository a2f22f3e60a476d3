import { expect, type Locator, type Page } from '@playwright/test'
import { DAY } from './test.js'

/** The address of a resource's page, with its day and duration. */
export const bookerPath = (studio: string, duration = 60): string =>
  `/r/${studio}?day=${DAY}&duration=${duration}`

/** All times that are shown, in order. */
export const times = (page: Page): Locator => page.getByRole('option')

/** The time that begins at a reading of the clock, `13:00`. */
export const time = (page: Page, clock: string): Locator =>
  page.getByRole('option', { name: new RegExp(`^${clock}`) })

/** What is shown of each time: its clock, and `Reserved` where it is. */
export const shown = (page: Page): Promise<string[]> =>
  times(page).evaluateAll((options) =>
    options.map((option) => [...option.children].map((child) => child.textContent).join(' ')),
  )

/** Chooses a time and waits for the form. */
export async function choose(page: Page, clock: string): Promise<void> {
  await time(page, clock).click()
  await expect(page.getByRole('heading', { name: 'Your details' })).toBeVisible()
}

/** Fills the form in and books. */
export async function book(page: Page, name = 'Ann Example'): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail').fill('ann@example.com')
  await page.getByRole('button', { name: 'Book now' }).click()
  await expect(page.getByRole('heading', { name: 'It is booked' })).toBeVisible()
}

/** The requests that a page makes from now on, as `METHOD /path`. */
export function requestsOf(page: Page): string[] {
  const requests: string[] = []
  page.on('request', (request) => {
    requests.push(`${request.method()} ${new URL(request.url()).pathname}`)
  })
  return requests
}

/** Has the server do what a page asks of it, and the answers never come. */
export async function loseAnswers(page: Page, url: string): Promise<void> {
  await page.route(url, async (route) => {
    await route.fetch()
    await route.abort()
  })
}
