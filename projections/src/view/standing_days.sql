-- What stands on days by the views, and how far the days' streams have gone beyond
-- them: all in one snapshot, at a cost that goes by what stands, and by the logarithm
-- of what has happened. One row for each day, in the order asked for.
--
-- Views are relied on where all are at one position, at which an append ends: within
-- one, a day and the booking that has its slots can stand on either side.
-- $1 partition smallint      $2 resource_id text[]          $3 begins timestamptz[]
-- $4 aggregate_id text[]     $5 the longest span's slots integer
-- $6 views text[]            $7 generation integer
-- $8 the longest buffer's slots integer
with known as materialized (
    select coalesce(max(at.position), 0) as position
    from (
        select min(checkpoints.position) as position
        from checkpoints
        where checkpoints.partition = $1
            and checkpoints.view = any($6)
            and checkpoints.generation = $7
        having count(*) = cardinality($6) and min(checkpoints.position) = max(checkpoints.position)
    ) as at
    where (
        select last.tip
        from events as last
        where last.partition = $1 and last.position between at.position and at.position
        order by last.position
        limit 1
    ) is not null
)
select
    coalesce(last.sequence, 0) as last,
    coalesce(folded.sequence, 0) as sequence,
    booked.booking_ids, booked.booking_starts, booked.booking_slots,
    booked.booking_before, booked.booking_after, booked.booking_quantities,
    held.hold_ids, held.session_ids, held.hold_starts, held.hold_slots,
    held.hold_before, held.hold_after, held.hold_quantities
from unnest($2::text[], $3::timestamptz[], $4::text[])
    with ordinality as wanted (resource_id, begins, aggregate_id, nth)
cross join known
left join lateral (
    select events.sequence, events.position
    from events
    where events.partition = $1
        and events.aggregate_type = 'ResourceDay'
        and events.aggregate_id = wanted.aggregate_id
    order by events.sequence desc
    limit 1
) as last on true
-- The last event of the day that the views have: as a rule its last one, else found by
-- halves, since positions grow with sequences.
left join lateral (
    with recursive search (below, above) as (
        select
            case when last.position <= known.position then last.sequence else 0 end,
            case when last.position <= known.position then last.sequence + 1 else last.sequence end
        where known.position > 0
        union all
        select
            case when probe.position <= known.position then probe.sequence else search.below end,
            case when probe.position <= known.position then search.above else probe.sequence end
        from search
        cross join lateral (
            select events.sequence, events.position
            from events
            where events.partition = $1
                and events.aggregate_type = 'ResourceDay'
                and events.aggregate_id = wanted.aggregate_id
                and events.sequence between (search.below + search.above) / 2
                and (search.below + search.above) / 2
            order by events.sequence
            limit 1
        ) as probe
        where search.above - search.below > 1
    )
    select max(search.below) as sequence
    from search
) as folded on true
-- Whether bookings of the resource can overlap: it had more than one seat at some time.
left join lateral (
    select resources.seats_most > 1 as shared
    from resources
    where resources.partition = $1 and resources.resource_id = wanted.resource_id
    -- One at most by the key; said again, it keeps the planner from joining tables.
    limit 1
) as seats on true
-- Where bookings do not overlap, with their buffers, only the last of those that began
-- before the day can reach into it, and the first of those that begin after it; else any
-- that is near enough.
left join lateral (
    select
        array_agg(booking.booking_id) as booking_ids,
        array_agg(booking.span_start) as booking_starts,
        array_agg(booking.span_slots) as booking_slots,
        array_agg(booking.buffer_before) as booking_before,
        array_agg(booking.buffer_after) as booking_after,
        array_agg(booking.quantity) as booking_quantities
    from (
        (
            select
                bookings.booking_id, bookings.span_start, bookings.span_slots,
                bookings.buffer_before, bookings.buffer_after, bookings.quantity
            from bookings
            where bookings.partition = $1
                and bookings.resource_id = wanted.resource_id
                and bookings.status = 'confirmed'
                and bookings.span_start >= wanted.begins
                and bookings.span_start < wanted.begins + interval '24 hours'
        )
        union all
        (
            select
                bookings.booking_id, bookings.span_start, bookings.span_slots,
                bookings.buffer_before, bookings.buffer_after, bookings.quantity
            from bookings
            where bookings.partition = $1
                and bookings.resource_id = wanted.resource_id
                and bookings.status = 'confirmed'
                and bookings.span_start < wanted.begins
                and bookings.span_start > wanted.begins - ($5 + $8) * interval '15 minutes'
            order by bookings.span_start desc
            limit case when not coalesce(seats.shared, false) then 1 end
        )
        union all
        (
            select
                bookings.booking_id, bookings.span_start, bookings.span_slots,
                bookings.buffer_before, bookings.buffer_after, bookings.quantity
            from bookings
            where bookings.partition = $1
                and bookings.resource_id = wanted.resource_id
                and bookings.status = 'confirmed'
                and bookings.span_start >= wanted.begins + interval '24 hours'
                and bookings.span_start < wanted.begins + interval '24 hours' + $8 * interval '15 minutes'
            order by bookings.span_start
            limit case when not coalesce(seats.shared, false) then 1 end
        )
    ) as booking
    where booking.span_start + (booking.span_slots + booking.buffer_after) * interval '15 minutes'
        > wanted.begins
        and booking.span_start - booking.buffer_before * interval '15 minutes'
        < wanted.begins + interval '24 hours'
) as booked on known.position > 0
left join lateral (
    select
        array_agg(hold.hold_id) as hold_ids,
        array_agg(hold.session_id) as session_ids,
        array_agg(hold.span_start) as hold_starts,
        array_agg(hold.span_slots) as hold_slots,
        array_agg(hold.buffer_before) as hold_before,
        array_agg(hold.buffer_after) as hold_after,
        array_agg(hold.quantity) as hold_quantities
    from presence as hold
    where hold.partition = $1
        and hold.resource_id = wanted.resource_id
        and hold.span_start > wanted.begins - ($5 + $8) * interval '15 minutes'
        and hold.span_start < wanted.begins + interval '24 hours' + $8 * interval '15 minutes'
        and hold.span_start + (hold.span_slots + hold.buffer_after) * interval '15 minutes'
        > wanted.begins
        and hold.span_start - hold.buffer_before * interval '15 minutes'
        < wanted.begins + interval '24 hours'
) as held on known.position > 0
order by wanted.nth
