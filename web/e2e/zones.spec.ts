import { type Browser, chromium, type Page } from '@playwright/test'
import { book, bookerPath, choose, time, times } from './support/booker.js'
import { launchOptions } from './support/chromium.js'
import { at, expect, test } from './support/test.js'
import { visitor } from './support/visitor.js'

/** A browser on a machine whose zone is named by nobody. */
const launchInNowhere = (): Promise<Browser> =>
  chromium.launch({ ...launchOptions(), env: { ...process.env, TZ: 'Foo/Bar' } })

/** What the page failed at. */
function failuresOf(page: Page): string[] {
  const failures: string[] = []
  page.on('pageerror', ({ message }) => failures.push(message))
  return failures
}

test('where the browser does not know its zone, every page tells the place’s', async ({
  server,
  studio,
}) => {
  const browser = await launchInNowhere()
  try {
    const page = await browser.newPage({ baseURL: server.url, locale: 'en-GB' })
    const failures = failuresOf(page)
    await page.goto('/')
    await expect(page.getByText(/^(Next free|Free)/).first()).toBeVisible()
    await page.goto(bookerPath(studio))
    await expect(page.getByText('Times in Berlin time (GMT+')).toBeVisible()
    await expect(times(page).first()).toHaveText('09:00')
    await choose(page, '13:00')
    await book(page)
    await expect(page.getByText('13:00 – 14:00')).toBeVisible()

    const { bookingId, manageToken } = await (await visitor(server.url)).book(studio, at(10), 60)
    await page.goto(`/b/${bookingId}#${manageToken}`)
    await expect(page.getByText('10:00 – 11:00')).toBeVisible()
    await page.getByRole('button', { name: 'Move to another time' }).click()
    await expect(time(page, '15:00')).toBeVisible()
    await page.goto('/operator')
    await expect(page.getByLabel('Admin key')).toBeVisible()

    const embed = `<script type=module src="${server.url}/embed.js"></script>
      <slotkeeper-booker resource="${studio}"></slotkeeper-booker>`
    await page.setContent(embed)
    await expect(times(page).first()).toBeVisible()
    expect(failures).toEqual([])
  } finally {
    await browser.close()
  }
})

test('a zone that is only an offset is not asked for', async ({ studio, visit }) => {
  const page = await visit({ at: 'about:blank' })
  await page.addInitScript(() => {
    const { resolvedOptions } = Object.getOwnPropertyDescriptors(Intl.DateTimeFormat.prototype)
    Intl.DateTimeFormat.prototype.resolvedOptions = function (this: Intl.DateTimeFormat) {
      const options = Reflect.apply(resolvedOptions.value as () => object, this, [])
      return { ...options, timeZone: '+05:30' } as Intl.ResolvedDateTimeFormatOptions
    }
  })
  await page.goto(bookerPath(studio))
  await expect(page.getByText('Times in Berlin time')).toBeVisible()
  await expect(times(page).first()).toHaveText('09:00')
})

test('a zone that the server does not know gives way to the place’s', async ({ studio, visit }) => {
  const page = await visit({ at: 'about:blank', timezoneId: 'Asia/Tokyo' })
  // The server's data are older than this city's clocks.
  await page.route(/timezone=Asia%2FTokyo/, (route) =>
    route.continue({ url: route.request().url().replace('Tokyo', 'Newtown') }),
  )
  await page.goto('/')
  await expect(page.getByText(/^(Next free|Free)/).first()).toBeVisible()
  await page.goto(bookerPath(studio))
  await expect(page.getByText('Times in Berlin time')).toBeVisible()
  await expect(times(page).first()).toHaveText('09:00')
  await choose(page, '13:00')
  await book(page)
})
