-- Cancels a booking and frees its slots.
-- $1 id uuid  $2 date  $3 slots as 96 digits text
with gone as (
    delete from bookings where id = $1
    returning resource_id
)
update daily_availability as present
set busy = present.busy & ~$3::text::bit(96)
from gone
where present.resource_id = gone.resource_id and present.date = $2
