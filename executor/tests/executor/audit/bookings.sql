-- Pairs of bookings that had a slot at the same time.
select count(*)
from events as one
inner join events as other
    on
        other.partition = one.partition
        and other.aggregate_id = one.aggregate_id
        and other.position > one.position
        and other.booking_id <> one.booking_id
where
    one.event_type = 'SlotsBooked'
    and other.event_type = 'SlotsBooked'
    and (one.mask & other.mask) <> repeat('0', 96)::bit(96)
    and not exists (
        select 1
        from events as freed
        where
            freed.partition = one.partition
            and freed.aggregate_id = one.aggregate_id
            and freed.event_type = 'SlotsFreed'
            and freed.booking_id = one.booking_id
            and freed.position between one.position and other.position
    )
