import type { NewBooking } from '@slotkeeper/client'

/** What the demo page does with a booking: it says so. */
addEventListener('slotkeeper-booked', (event) => {
  const { booking } = (event as CustomEvent<{ booking: NewBooking }>).detail
  const told = document.getElementById('told')
  if (told)
    told.textContent = `The page heard: ${booking.resourceId} is booked from ${booking.start}.`
})
