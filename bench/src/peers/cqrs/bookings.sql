-- The ids of all bookings that stand.
select (payload -> 'SlotsBooked' ->> 'booking_id')::uuid
from events
where event_type = 'SlotsBooked'
