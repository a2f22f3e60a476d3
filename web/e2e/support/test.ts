import { type BrowserContextOptions, type Page, test as base } from '@playwright/test'
import { type Server, startServer } from './server.js'
import { putResource, type Settings } from './visitor.js'

export { expect } from '@playwright/test'

/** Open from nine to seven, every day. */
const OPEN = [{ from: '09:00', to: '19:00' }]

const STUDIO: Settings = {
  name: 'Studio A',
  timezone: 'Europe/Berlin',
  durations: [60, 120, 300],
  slotInterval: 60,
  hours: { mon: OPEN, tue: OPEN, wed: OPEN, thu: OPEN, fri: OPEN, sat: OPEN, sun: OPEN },
}

/** The day in Berlin, where the studios are, so many days from now. */
export const dayAhead = (days: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(
    Date.now() + days * 86_400_000,
  )

/** The day that most tests look at: in the future, and the same for all of a run. */
export const DAY = dayAhead(9)

/** An instant of a day by the clock of Berlin. */
export function at(hour: number, minute = 0, day = DAY): string {
  const noon = new Date(`${day}T12:00:00Z`)
  const there = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit' })
  const ahead = Number(there.format(noon)) - 12
  return new Date(Date.UTC(...ymd(day), hour - ahead, minute)).toISOString()
}

const ymd = (day: string): [number, number, number] => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return [year, month - 1, date]
}

export type Visit = (options?: BrowserContextOptions & { readonly at?: string }) => Promise<Page>

interface Fixtures {
  /** Registers a resource of this test's own; gives its id. */
  readonly register: (settings?: Settings) => Promise<string>
  /** A resource that is open from nine to seven in Berlin. */
  readonly studio: string
  /** Opens a page in a browser context of its own: another visitor. */
  readonly visit: Visit
}

interface WorkerFixtures {
  readonly server: Server
}

let registered = 0

export const test = base.extend<Fixtures, WorkerFixtures>({
  server: [
    async ({}, use) => {
      const server = await startServer()
      await use(server)
      await server.stop()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  register: async ({ server }, use) => {
    await use(async (settings = {}) => {
      const id = `room-${(registered += 1)}`
      await putResource(server.url, id, { ...STUDIO, ...settings })
      return id
    })
  },
  studio: async ({ register }, use) => {
    await use(await register())
  },
  visit: async ({ browser, server }, use) => {
    const contexts: { close: () => Promise<void> }[] = []
    const errors: string[] = []
    await use(async ({ at: path = '/', ...options } = {}) => {
      const context = await browser.newContext({
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
        baseURL: server.url,
        ...options,
      })
      contexts.push(context)
      const page = await context.newPage()
      page.on('pageerror', (error) => errors.push(error.message))
      page.on('console', (message) => {
        // What the policy forbids, and what React warns of, is told there.
        if (/Content Security Policy|Warning:/.test(message.text())) errors.push(message.text())
      })
      await page.goto(path)
      return page
    })
    for (const context of contexts) await context.close()
    base.expect(errors).toEqual([])
  },
})
