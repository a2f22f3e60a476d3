import { addDays, type Day, dayOf, daysIn, type SlotkeeperClient } from '@slotkeeper/client'
import {
  SlotkeeperProvider,
  useBooking,
  useDaySlots,
  useMonthAvailability,
  useSlotHold,
} from '@slotkeeper/react'
import { useState } from 'react'

const RESOURCE_ID = 'studio-a'
const DURATIONS = [60, 120, 300]

/** Somebody who fills in forms fast. */
const ATTENDEE = { name: 'Ada Lovelace', email: 'ada@example.com' }

const timeOf = (start: string): string =>
  new Date(start).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })

/** A booker of two weeks, a duration, a day and a slot. */
export const Booker = ({ client }: { readonly client: SlotkeeperClient }) => (
  <SlotkeeperProvider client={client}>
    <h1>Studio A</h1>
    <Choice />
  </SlotkeeperProvider>
)

function Choice() {
  const [today] = useState(() => dayOf(new Date().toISOString() as `${string}T${string}Z`))
  const [duration, setDuration] = useState(60)
  const [date, setDate] = useState<Day>(addDays(today, 1))
  const range = { from: today, to: addDays(today, 13) }
  const { days } = useMonthAvailability({ resourceId: RESOURCE_ID, ...range, duration })
  const hold = useSlotHold(RESOURCE_ID)
  const booking = useBooking()

  if (booking.status === 'booked') {
    return <p role="status">{timeOf(booking.booking.start)} is booked.</p>
  }
  if (hold.status === 'held') {
    const { start } = hold
    const request = { resourceId: RESOURCE_ID, start, duration: hold.duration, attendee: ATTENDEE }
    return (
      <>
        <p role="status">{timeOf(start)} is yours to book.</p>
        <button onClick={() => void booking.book(request)}>Book it</button>
        <button onClick={() => void hold.release()}>Back</button>
      </>
    )
  }
  return (
    <>
      <p role="status">
        {hold.status === 'refused' && 'Somebody was faster. Choose another time.'}
        {hold.status === 'holding' && `Holding ${timeOf(hold.start)} …`}
      </p>
      <p>
        {DURATIONS.map((minutes) => (
          <button
            key={minutes}
            aria-pressed={minutes === duration}
            onClick={() => setDuration(minutes)}
          >
            {minutes / 60} h
          </button>
        ))}
      </p>
      <p>
        {daysIn(range).map((day) => (
          <button
            key={day}
            aria-pressed={day === date}
            disabled={days[day] === false}
            onClick={() => setDate(day)}
          >
            {day}
          </button>
        ))}
      </p>
      <Slots date={date} duration={duration} />
    </>
  )
}

function Slots({ date, duration }: { readonly date: Day; readonly duration: number }) {
  const { merged, loading } = useDaySlots({ resourceId: RESOURCE_ID, date, duration })
  const hold = useSlotHold(RESOURCE_ID)
  return (
    <ul aria-busy={loading}>
      {merged.map(({ start, state }) => (
        <li key={start}>
          <button
            disabled={state === 'reserved'}
            onClick={() => void hold.place({ start, duration })}
          >
            {timeOf(start)}
            {state === 'reserved' && ' (reserved)'}
          </button>
        </li>
      ))}
    </ul>
  )
}
