import type { BrowserContextOptions, Locator, Page } from '@playwright/test'
import { book, bookerPath, choose, time, times } from './support/booker.js'
import { unreadable } from './support/contrast.js'
import { ADMIN_KEY } from './support/server.js'
import { at, DAY, expect, test, type Visit } from './support/test.js'
import { visitor } from './support/visitor.js'

/** How people have their colours. */
const SCHEMES: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'high contrast': { colorScheme: 'light', contrast: 'more' },
  'forced colours': { colorScheme: 'dark', forcedColors: 'active' },
  'forced light colours': { colorScheme: 'light', forcedColors: 'active' },
}

/** Everything that reacts to a pointer or a key. */
const CONTROLS = 'button, a, label, input, textarea'

/** One of each kind and state: what looks the same is looked at once. */
async function kindsOf(page: Page): Promise<Locator[]> {
  const controls = await page.locator(CONTROLS).all()
  const kinds = new Map<string, Locator>()
  for (const control of controls) {
    const kind = await control.evaluate((element) => {
      if (!element.checkVisibility()) return ''
      const { states } = { states: ['data-state', 'data-selected', 'data-offer', 'aria-current'] }
      const more = [...states, 'aria-disabled', 'aria-pressed', 'aria-selected', 'class', 'type']
      const checked = element.querySelector(':checked') !== null
      const told = more.map((name) => `${name}=${element.getAttribute(name)}`)
      return [element.localName, `${checked}`, ...told].join(' ')
    })
    if (kind) kinds.set(kind, control)
  }
  return [...kinds.values()]
}

/** Holds every state of every control of a page to its contrast. */
async function look(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0)
  const all = page.locator('body')
  expect(await unreadable(all), `${name}, at rest`).toEqual([])
  for (const control of await kindsOf(page)) {
    await control.hover({ force: true, timeout: 5_000 })
    expect(await unreadable(control), `${name}, under the pointer`).toEqual([])
    await control.focus()
    expect(await unreadable(control), `${name}, focused under the pointer`).toEqual([])
  }
}

/** A page with a time that somebody else holds, and the chosen day. */
async function choosing(visit: Visit, api: string, studio: string, scheme: BrowserContextOptions) {
  await (await visitor(api)).hold(studio, at(12), 60)
  const page = await visit({ at: bookerPath(studio), reducedMotion: 'reduce', ...scheme })
  await expect(time(page, '12:00')).toContainText('Reserved')
  await expect(page.locator('[data-offer=true]').first()).toBeVisible()
  return page
}

for (const [name, scheme] of Object.entries(SCHEMES)) {
  test(`every state can be read: ${name}`, async ({ server, studio, visit }) => {
    test.slow()
    const page = await choosing(visit, server.url, studio, scheme)
    await look(page, 'the times')
    await choose(page, '13:00')
    await page.getByRole('button', { name: 'Book now' }).click()
    await look(page, 'the form')
    await page.route('**/v1/bookings', () => undefined)
    await page.getByLabel('Name').fill('Ann Example')
    await page.getByLabel('E-mail').fill('ann@example.com')
    await page.getByRole('button', { name: 'Book now' }).click()
    const sending = page.getByRole('button', { name: 'Booking…' })
    await sending.hover({ force: true })
    expect(await unreadable(sending), 'while the booking is sent').toEqual([])
    await page.unroute('**/v1/bookings')
    await page.goto('about:blank')
    await page.goto(bookerPath(studio))
    await choose(page, '14:00')
    await book(page)
    await look(page, 'the confirmation')
    const { bookingId, manageToken } = await (await visitor(server.url)).book(studio, at(10), 60)
    await page.goto('about:blank')
    await page.goto(`/b/${bookingId}#${manageToken}`)
    await expect(page.getByText('Confirmed')).toBeVisible()
    await look(page, 'the booking')
    await page.goto('/')
    await expect(page.getByText(/^(Next free|Free)/).first()).toBeVisible()
    await look(page, 'the picker')
    await page.goto('/operator')
    await page.getByLabel('Admin key').fill(ADMIN_KEY)
    await page.getByRole('button', { name: 'Open' }).click()
    await expect(page.locator('.row').first()).toBeVisible()
    expect(await unreadable(page.locator('body')), 'the operator’s page').toEqual([])
  })
}

test('the chosen day can be read under the pointer, and after a touch', async ({
  studio,
  visit,
}) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await visit({ at: bookerPath(studio), colorScheme, reducedMotion: 'reduce' })
    await expect(times(page).first()).toBeVisible()
    const chosen = page.locator(`[data-day="${DAY}"]`)
    await expect(chosen).toHaveAttribute('data-selected', 'true')
    await chosen.hover()
    expect(await unreadable(chosen)).toEqual([])
    const phone = await visit({
      at: bookerPath(studio),
      colorScheme,
      hasTouch: true,
      isMobile: true,
      reducedMotion: 'reduce',
    })
    await phone.locator(`[data-day="${DAY}"]`).tap()
    expect(await unreadable(phone.locator(`[data-day="${DAY}"]`))).toEqual([])
  }
})

/** A colour of an element, as the browser draws it. */
const colour = (of: Locator, property: string, pseudo?: string): Promise<string> =>
  of.evaluate(
    (element, [name, of_]) => getComputedStyle(element, of_).getPropertyValue(name ?? ''),
    [property, pseudo] as const,
  )

test('with forced colours, the chosen day, today, the dots and the duration show', async ({
  server,
  studio,
  visit,
}) => {
  const forced: BrowserContextOptions = {
    forcedColors: 'active',
    viewport: { width: 1280, height: 900 },
  }
  const page = await choosing(visit, server.url, studio, forced)
  const chosen = page.locator('[data-selected=true]')
  const other = page.locator('[data-selected=false][data-offer=true]:not([aria-current])').first()
  const ground = await colour(other, 'background-color')
  expect(await colour(chosen, 'background-color')).not.toBe(ground)
  expect(await colour(other, 'background-color', '::after')).not.toBe(ground)
  const its = await colour(chosen, 'background-color')
  expect(await colour(chosen, 'background-color', '::after')).not.toBe(its)
  const today = page.locator('[aria-current=date]')
  expect(await colour(other, 'border-top-color')).toBe(ground)
  expect(await colour(today, 'border-top-color')).not.toBe(ground)

  const [checked, unchecked] = [':has(:checked)', ':not(:has(:checked))'].map((state) =>
    page.locator(`.segments label${state}`).first(),
  )
  if (!checked || !unchecked) throw new Error('There is no duration.')
  const [one, another] = [
    await colour(checked, 'background-color'),
    await colour(unchecked, 'background-color'),
  ]
  expect(one).not.toBe(another)
})
