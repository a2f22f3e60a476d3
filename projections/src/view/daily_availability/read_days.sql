-- What there is of days, in the order asked for; nulls where there is no row.
-- $1 partition smallint   $2 resource_id text[]   $3 date date[]
select day.busy, day.buffer, day.seats, day.buffer_seats, day.position
from unnest($2::text[], $3::date[]) with ordinality as wanted (resource_id, date, nth)
left join lateral (
    select day.busy, day.buffer, day.seats, day.buffer_seats, day.position
    from daily_availability as day
    where day.partition = $1
        and day.resource_id = wanted.resource_id
        and day.date = wanted.date
    -- One at most by the key; said again, it keeps the planner from joining tables.
    limit 1
) as day on true
order by wanted.nth
