-- Writes what a batch did to days of which it has freed slots, and booked others perhaps,
-- one seat of each. Passes over a row where a slot would have more than one, or has.
-- Nobody else writes these rows meanwhile: the partition's checkpoints are locked.
-- $1 partition smallint       $2 resource_id text[]   $3 date date[]
-- $4 slots booked varbit[]    $5 position bigint[]    $6 slots kept varbit[]
insert into daily_availability (partition, resource_id, date, busy, position)
select
    $1,
    change.resource_id,
    change.date,
    (coalesce(day.busy, repeat('0', 96)::bit(96)) & change.kept::bit(96)) | change.booked::bit(96),
    change.position
from unnest($2::text[], $3::date[], $4::varbit[], $5::bigint[], $6::varbit[])
    as change (resource_id, date, booked, position, kept)
left join lateral (
    select day.busy, day.seats
    from daily_availability as day
    where day.partition = $1
        and day.resource_id = change.resource_id
        and day.date = change.date
    -- One at most by the key; said again, it keeps the planner from joining tables.
    limit 1
) as day on true
where day.seats is null
    and coalesce(day.busy & change.booked::bit(96), repeat('0', 96)::bit(96))
    = repeat('0', 96)::bit(96)
on conflict (partition, resource_id, date)
do update set busy = excluded.busy, position = excluded.position
