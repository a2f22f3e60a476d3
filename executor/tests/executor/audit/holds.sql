-- Bookings and holds that began on a slot under a hold that had not ended.
select count(*)
from events as hold
inner join events as other
    on
        other.partition = hold.partition
        and other.aggregate_id = hold.aggregate_id
        and other.position > hold.position
where
    hold.event_type = 'HoldPlaced'
    and other.event_type in ('SlotsBooked', 'HoldPlaced')
    and (hold.mask & other.mask) <> repeat('0', 96)::bit(96)
    and not exists (
        select 1
        from events as ended
        where
            ended.partition = hold.partition
            and ended.aggregate_id = hold.aggregate_id
            and ended.event_type in ('HoldReleased', 'HoldExpired', 'HoldConsumed')
            and ended.hold_id = hold.hold_id
            and ended.position between hold.position and other.position
    )
