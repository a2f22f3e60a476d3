-- Books slots of one day unless one of them is taken; no row is written then.
-- $1 resource_id integer  $2 date            $3 slots as 96 digits text
-- $4 id uuid              $5 start timestamptz  $6 end timestamptz
-- $7 session_id uuid      $8 attendee text
with day as (
    insert into daily_availability as present (resource_id, date, busy)
    values ($1, $2, $3::text::bit(96))
    on conflict (resource_id, date) do update
    set busy = present.busy | excluded.busy
    where present.busy & excluded.busy = 0::bit(96)
    returning resource_id
)
insert into bookings (id, resource_id, span_start, span_end, session_id, attendee)
select $4, day.resource_id, $5, $6, $7, $8
from day
