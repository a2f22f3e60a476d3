import { act, render, screen } from '@testing-library/react'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StrictMode } from 'react'
import { describe, expect, it } from 'vitest'
import { mount } from '../../examples/plain/page.js'
import { Booker } from '../../examples/react/booker.js'
import { pass, world } from './support.js'

const here = world()

const click = (button: HTMLElement | undefined) => act(() => button?.click())

describe('the plain page', () => {
  it('shows tomorrow, holds a slot and books it', async () => {
    const html = readFileSync(join(import.meta.dirname, '../../examples/plain/index.html'), 'utf8')
    const page = new DOMParser().parseFromString(html, 'text/html')
    const buttons = () => [...page.querySelectorAll<HTMLButtonElement>('#slots button')]
    const status = () => page.querySelector('#status')?.textContent ?? ''
    here.server.holdForAnother('2026-11-21T09:00:00.000Z', 60)
    mount(page, here.client)
    await pass()
    expect(buttons()).toHaveLength(24)
    expect(
      buttons()
        .map(({ disabled }) => disabled)
        .indexOf(true),
    ).toBe(9)
    buttons()[13]?.click()
    expect(status()).toMatch(/^Holding/)
    await pass()
    expect(status()).toMatch(/is yours to book/)
    page.querySelector<HTMLButtonElement>('#back')?.click()
    await pass()
    expect(here.server.holds).toHaveLength(1)
    buttons()[13]?.click()
    await pass()
    page.querySelector<HTMLButtonElement>('#book')?.click()
    await pass()
    expect(status()).toMatch(/is booked/)
    await pass(100)
    expect(buttons()).toHaveLength(23)
  })
})

describe('the React page', () => {
  it('goes from a day with something to offer to a booking', async () => {
    here.server.bookForAnother('2026-11-22T00:00:00.000Z', 1440)
    render(
      <StrictMode>
        <Booker client={here.client} />
      </StrictMode>,
    )
    await pass()
    expect(screen.getByText<HTMLButtonElement>('2026-11-22').disabled).toBe(true)
    click(screen.getByText('2026-11-23'))
    click(screen.getByText('2 h'))
    await pass()
    click(screen.getByRole('list').querySelectorAll('button')[10])
    await pass()
    expect(screen.getByRole('status').textContent).toMatch(/is yours to book/)
    click(screen.getByText('Back'))
    await pass()
    expect(here.server.holds).toEqual([])
    click(screen.getByRole('list').querySelectorAll('button')[10])
    await pass()
    click(screen.getByText('Book it'))
    await pass()
    expect(screen.getByRole('status').textContent).toMatch(/is booked/)
    expect(here.server.bookings.size).toBe(2)
  })
})
