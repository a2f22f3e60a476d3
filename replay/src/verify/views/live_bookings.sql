-- A partition's rows of bookings.
-- $1 partition smallint
select
    booking_id, resource_id, session_id, status, span_start, span_slots, attendee,
    confirmed_at, changed_at, position, buffer_before, buffer_after, quantity
from bookings
where partition = $1
