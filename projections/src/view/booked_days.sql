-- What bookings take of resources in a stretch of days, all of it as of one checkpoint a
-- partition: a range of the primary key for each resource, whatever lies in it. Days of
-- which nothing is booked have no row; a resource without any has one of nulls.
-- $1 partition smallint[]   $2 resource_id text[]   $3 first date   $4 last date
-- $5 view text   $6 generation integer
select
    wanted.nth,
    coalesce(known.position, 0) as checkpoint,
    day.date,
    day.busy,
    day.buffer,
    day.seats,
    day.buffer_seats
from unnest($1::smallint[], $2::text[]) with ordinality as wanted (partition, resource_id, nth)
left join checkpoints as known
    on known.partition = wanted.partition and known.view = $5 and known.generation = $6
left join daily_availability as day
    on day.partition = wanted.partition
    and day.resource_id = wanted.resource_id
    and day.date between $3 and $4
    and (day.busy <> repeat('0', 96)::bit(96) or day.buffer is not null)
order by wanted.nth, day.date
