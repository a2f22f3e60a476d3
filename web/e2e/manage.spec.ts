import type { Page } from '@playwright/test'
import { book, bookerPath, choose, loseAnswers, time } from './support/booker.js'
import { at, expect, test } from './support/test.js'
import { visitor } from './support/visitor.js'

const title = (page: Page) => page.getByRole('heading', { name: 'Your booking' })

/** The address at which a booking is managed, as the confirmation tells it. */
async function linkOf(page: Page): Promise<string> {
  const link = page.getByRole('link', { name: /\/b\// })
  return new URL((await link.getAttribute('href')) ?? '').href
}

test('a booking is cancelled by its link, and its time is free for others', async ({
  studio,
  visit,
}) => {
  const viewer = await visit({ at: bookerPath(studio) })
  const booker = await visit({ at: bookerPath(studio) })
  await choose(booker, '13:00')
  await book(booker)
  await expect(time(viewer, '13:00')).toHaveCount(0)

  const owner = await visit({ at: await linkOf(booker) })
  await expect(title(owner)).toBeVisible()
  await expect(owner.getByText('ann@example.com')).toBeVisible()
  await owner.getByRole('button', { name: 'Cancel booking' }).click()
  await owner.getByRole('button', { name: 'Keep it' }).click()
  await expect(owner.getByText('Confirmed')).toBeVisible()

  await owner.getByRole('button', { name: 'Cancel booking' }).click()
  await owner.getByRole('button', { name: 'Yes, cancel it' }).click()
  await expect(owner.getByText('The booking is cancelled.')).toBeVisible()
  await expect(title(owner)).toBeFocused()
  await expect(time(viewer, '13:00')).toBeVisible()

  await owner.reload()
  await expect(owner.getByText('Cancelled', { exact: true })).toBeVisible()
  await expect(owner.getByRole('button', { name: 'Cancel booking' })).toBeHidden()
})

test('a booking is moved by its link, to a time that overlaps its own too', async ({
  server,
  studio,
  visit,
}) => {
  test.slow()
  const { bookingId, manageToken } = await (await visitor(server.url)).book(studio, at(10), 120)
  const viewer = await visit({ at: bookerPath(studio, 60) })
  await expect(time(viewer, '09:00')).toBeVisible()
  await expect(time(viewer, '11:00')).toHaveCount(0)

  const owner = await visit({ at: `/b/${bookingId}#${manageToken}` })
  const moveTo = async (clock: string) => {
    await owner.getByRole('button', { name: 'Move to another time' }).click()
    await time(owner, clock).click()
    await expect(owner.getByRole('heading', { name: 'To', exact: true })).toBeFocused()
  }
  await moveTo('15:00')
  // The new time is held during the second thought.
  await expect(time(viewer, '15:00')).toContainText('Reserved')
  await owner.getByRole('button', { name: 'Back' }).click()
  await expect(time(viewer, '15:00')).not.toContainText('Reserved')
  await time(owner, '15:00').click()
  await owner.getByRole('button', { name: 'Move the booking' }).click()
  await expect(
    owner.getByText(/The booking is moved to \w+,? \d+ \w+, 15:00 – 17:00\./),
  ).toBeVisible()
  await expect(time(viewer, '11:00')).toBeVisible()
  await expect(time(viewer, '16:00')).toHaveCount(0)

  await moveTo('16:00')
  await owner.getByRole('button', { name: 'Move the booking' }).click()
  await expect(
    owner.getByText(/The booking is moved to \w+,? \d+ \w+, 16:00 – 18:00\./),
  ).toBeVisible()
  await expect(time(viewer, '15:00')).toBeVisible()
  await expect(time(viewer, '17:00')).toHaveCount(0)
})

test('a booking that was cancelled elsewhere is shown as it stands, and not moved', async ({
  server,
  studio,
  visit,
}) => {
  const { bookingId, manageToken } = await (await visitor(server.url)).book(studio, at(10), 60)
  const link = `/b/${bookingId}#${manageToken}`
  const [here, there] = [await visit({ at: link }), await visit({ at: link })]
  await here.getByRole('button', { name: 'Move to another time' }).click()
  await time(here, '15:00').click()
  await there.getByRole('button', { name: 'Cancel booking' }).click()
  await there.getByRole('button', { name: 'Yes, cancel it' }).click()
  await expect(there.getByText('The booking is cancelled.')).toBeVisible()

  await here.getByRole('button', { name: 'Move the booking' }).click()
  await expect(here.getByText('That was no longer possible.')).toBeVisible()
  await expect(here.getByText('Cancelled', { exact: true })).toBeVisible()
  await expect(title(here)).toBeFocused()
  await expect(here.getByRole('button')).toHaveCount(2)
})

test('a move whose answers are lost is found out by asking again', async ({
  server,
  register,
  visit,
}) => {
  test.slow()
  const studio = await register({ leaseMs: 5_000, checkoutLeaseMs: 5_000 })
  const { bookingId, manageToken } = await (await visitor(server.url)).book(studio, at(10), 60)
  const owner = await visit({ at: `/b/${bookingId}#${manageToken}` })
  await owner.getByRole('button', { name: 'Move to another time' }).click()
  await time(owner, '15:00').click()
  await expect(owner.getByRole('heading', { name: 'To', exact: true })).toBeFocused()
  await loseAnswers(owner, '**/v1/bookings/*')
  await owner.getByRole('button', { name: 'Move the booking' }).click()
  const unknown = owner.getByText('it is not certain whether the booking is moved')
  await expect(unknown).toBeVisible({ timeout: 30_000 })
  // The hold went into the move, and its beats have met that: no news, and nothing to promise.
  await expect(owner.getByText('is held for you')).toBeHidden()
  await owner.unrouteAll()
  await owner.getByRole('button', { name: 'Ask again' }).click()
  await expect(
    owner.getByText(/The booking is moved to \w+,? \d+ \w+, 15:00 – 16:00\./),
  ).toBeVisible()
})

test('a link that lost its end, or that never was, is told kindly', async ({
  server,
  studio,
  visit,
}) => {
  const { bookingId } = await (await visitor(server.url)).book(studio, at(10), 60)
  const cut = await visit({ at: `/b/${bookingId}` })
  await expect(cut.getByRole('heading', { name: 'The link is incomplete' })).toBeVisible()
  const wrong = await visit({ at: `/b/${bookingId}#of-another-booking` })
  await expect(wrong.getByRole('heading', { name: 'The link is incomplete' })).toBeVisible()
  const never = await visit({ at: '/b/00000000-0000-0000-0000-000000000000#x' })
  await expect(never.getByRole('heading', { name: 'This booking does not exist' })).toBeVisible()
  const nothing = await visit({ at: '/r/no-such-room' })
  await expect(
    nothing.getByRole('heading', { name: 'There is nothing to book under this address' }),
  ).toBeVisible()
})
