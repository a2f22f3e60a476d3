-- The erased bookings of a partition whose keys are there.
-- $1 partition smallint
select event.position, event.aggregate_id
from events as event
join booking_keys as key
    on key.partition = event.partition and key.booking_id = event.booking_id
where event.partition = $1 and event.event_type = 'AttendeeErased'
order by event.position
