-- Writes days whole.
-- $1 partition smallint        $2 resource_id text[]    $3 date date[]
-- $4 slots booked varbit[]     $5 position bigint[]     $6 slots of buffers varbit[]
-- $7 seats booked text[]       $8 seats of buffers text[]
insert into daily_availability as day (
    partition, resource_id, date, busy, position, buffer, seats, buffer_seats
)
select
    $1, change.resource_id, change.date, change.busy::bit(96), change.position,
    change.buffer::bit(96), change.seats, change.buffer_seats
from unnest($2::text[], $3::date[], $4::varbit[], $5::bigint[], $6::varbit[], $7::text[], $8::text[])
    as change (resource_id, date, busy, position, buffer, seats, buffer_seats)
on conflict (partition, resource_id, date)
do update set
    busy = excluded.busy, position = excluded.position, buffer = excluded.buffer,
    seats = excluded.seats, buffer_seats = excluded.buffer_seats
