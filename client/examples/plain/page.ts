import type { Day, Slot, SlotkeeperClient } from '@slotkeeper/client'

const RESOURCE_ID = 'studio-a'
const DURATION = 60

/** Somebody who fills in forms fast. */
const ATTENDEE = { name: 'Ada Lovelace', email: 'ada@example.com' }

const tomorrow = (): Day => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10) as Day

const timeOf = (start: string): string =>
  new Date(start).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })

/** Brings the page to life: tomorrow's slots, one to hold, one to book. */
export function mount(page: Document, client: SlotkeeperClient): void {
  const list = page.querySelector('#slots')
  const status = page.querySelector('#status')
  const bookButton = page.querySelector<HTMLButtonElement>('#book')
  const backButton = page.querySelector<HTMLButtonElement>('#back')
  if (!list || !status || !bookButton || !backButton) return
  const day = client.daySlots({ resourceId: RESOURCE_ID, date: tomorrow(), duration: DURATION })
  const hold = client.hold(RESOURCE_ID)

  const say = (text: string) => (status.textContent = text)

  const slotButton = ({ start, state }: Slot): HTMLElement => {
    const button = page.createElement('button')
    button.textContent = timeOf(start) + (state === 'reserved' ? ' (reserved)' : '')
    button.disabled = state === 'reserved'
    button.addEventListener('click', () => void hold.place({ start, duration: DURATION }))
    const item = page.createElement('li')
    item.append(button)
    return item
  }

  const showSlots = () => {
    const { merged, loading } = day.getSnapshot()
    list.setAttribute('aria-busy', String(loading))
    list.replaceChildren(...merged.map(slotButton))
  }

  const showHold = () => {
    const now = hold.getSnapshot()
    bookButton.hidden = now.status !== 'held'
    backButton.hidden = now.status !== 'held'
    if (now.status === 'none') say('Choose a time.')
    else if (now.status === 'holding') say(`Holding ${timeOf(now.start)} …`)
    else if (now.status === 'held') say(`${timeOf(now.start)} is yours to book.`)
    else say(`${timeOf(now.start)} is not to be had any more. Choose another time.`)
  }

  bookButton.addEventListener('click', async () => {
    const now = hold.getSnapshot()
    if (now.status !== 'held') return
    const { start, duration } = now
    const request = { resourceId: RESOURCE_ID, start, duration, attendee: ATTENDEE }
    const answer = await client.booking(request).send()
    say(answer.kind === 'ok' ? `${timeOf(start)} is booked.` : `Not booked: ${answer.kind}.`)
  })
  backButton.addEventListener('click', () => void hold.release())
  day.subscribe(showSlots)
  hold.subscribe(showHold)
  showHold()
}
