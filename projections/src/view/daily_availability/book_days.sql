-- Writes what a batch did to days of which it has booked slots and freed none, one seat of
-- each. Passes over a row where a slot would have more than one, or has.
-- $1 partition smallint       $2 resource_id text[]   $3 date date[]
-- $4 slots booked varbit[]    $5 position bigint[]
insert into daily_availability as day (partition, resource_id, date, busy, position)
select $1, change.resource_id, change.date, change.booked::bit(96), change.position
from unnest($2::text[], $3::date[], $4::varbit[], $5::bigint[])
    as change (resource_id, date, booked, position)
on conflict (partition, resource_id, date)
do update set busy = day.busy | excluded.busy, position = excluded.position
where day.seats is null and day.busy & excluded.busy = repeat('0', 96)::bit(96)
