-- Days by the views: what is booked is one row by its primary key, whatever the
-- history; what is held, the few holds that begin in the longest span, with the
-- longest buffers, around the day. All of it, and the checkpoint it is true at, in one snapshot.
-- $1 partition smallint   $2 resource_id text[]   $3 date date[]
-- $4 when the day begins timestamptz[]   $5 views text[]   $6 generation integer
select
    coalesce(
        (
            select case when count(*) = cardinality($5) then min(known.position) end
            from checkpoints as known
            where known.partition = $1 and known.view = any($5) and known.generation = $6
        ),
        0
    ) as checkpoint,
    -- The views need not be at one position: a rebuilt one takes its place further on.
    coalesce(
        (
            select max(known.position)
            from checkpoints as known
            where known.partition = $1 and known.view = any($5) and known.generation = $6
        ),
        0
    ) as reached,
    wanted.resource_id,
    wanted.date,
    day.busy,
    day.buffer,
    day.seats,
    day.buffer_seats,
    day.position as busy_changed_at,
    held.hold_ids,
    held.span_starts,
    held.span_slots,
    held.buffers_before,
    held.buffers_after,
    held.quantities
from unnest($2::text[], $3::date[], $4::timestamptz[]) as wanted (resource_id, date, begins)
left join lateral (
    select day.busy, day.buffer, day.seats, day.buffer_seats, day.position
    from daily_availability as day
    where day.partition = $1
        and day.resource_id = wanted.resource_id
        and day.date = wanted.date
    -- One at most by the key; said again, it keeps the planner from joining tables.
    limit 1
) as day on true
left join lateral (
    select
        array_agg(hold.hold_id) as hold_ids,
        array_agg(hold.span_start) as span_starts,
        array_agg(hold.span_slots) as span_slots,
        array_agg(hold.buffer_before) as buffers_before,
        array_agg(hold.buffer_after) as buffers_after,
        array_agg(hold.quantity) as quantities
    from presence as hold
    where hold.partition = $1
        and hold.resource_id = wanted.resource_id
        and hold.span_start > wanted.begins - interval '768 hours'
        and hold.span_start < wanted.begins + interval '48 hours'
        and hold.span_start + (hold.span_slots + hold.buffer_after) * interval '15 minutes'
        > wanted.begins
        and hold.span_start - hold.buffer_before * interval '15 minutes'
        < wanted.begins + interval '24 hours'
) as held on true
