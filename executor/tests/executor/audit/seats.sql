-- Slots of bookings and holds in which more seats were taken, when they began, than the
-- resource had then; those of who came before and had not ended included. Of a resource
-- of one seat: pairs that had a slot at the same time.
with claims as materialized (
    select
        began.partition,
        began.aggregate_id,
        began.resource_id,
        began.position,
        began.mask,
        coalesce((began.payload -> began.event_type ->> 'quantity')::integer, 1) as quantity,
        (
            select min(ended.position)
            from events as ended
            where
                ended.partition = began.partition
                and ended.aggregate_type = began.aggregate_type
                and ended.aggregate_id = began.aggregate_id
                and ended.position > began.position
                and case began.event_type
                    when 'SlotsBooked'
                        then
                            ended.event_type = 'SlotsFreed'
                            and ended.booking_id = began.booking_id
                    else
                        ended.event_type in ('HoldReleased', 'HoldExpired', 'HoldConsumed')
                        and ended.hold_id = began.hold_id
                end
        ) as until
    from events as began
    where began.event_type in ('SlotsBooked', 'HoldPlaced')
)

select count(*)
from (
    select 1
    from claims as one
    inner join claims as other
        on
            other.partition = one.partition
            and other.aggregate_id = one.aggregate_id
            and other.position <= one.position
            and coalesce(other.until > one.position, true)
    cross join generate_series(0, 95) as slot
    where get_bit(one.mask, slot) = 1 and get_bit(other.mask, slot) = 1
    group by one.partition, one.aggregate_id, one.resource_id, one.position, slot
    having sum(other.quantity) > (
        select coalesce((put.payload -> put.event_type -> 'settings' ->> 'capacity')::integer, 1)
        from events as put
        where
            put.partition = one.partition
            and put.aggregate_type = 'Resource'
            and put.aggregate_id = one.resource_id
            and put.event_type in ('ResourceRegistered', 'ResourceChanged')
            and put.position < one.position
        order by put.position desc
        limit 1
    )
) as broken
