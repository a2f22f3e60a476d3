-- The events after a position before which their stream's one before does not stand: in
-- which stream, with which sequence, and at which position.
-- $1 partition smallint   $2 position bigint
select event.aggregate_type || ' ' || event.aggregate_id, event.sequence, event.position
from events as event
where event.partition = $1
    and event.position > $2
    and event.sequence > 1
    and not exists (
        select
        from events as before
        where before.partition = event.partition
            and before.aggregate_type = event.aggregate_type
            and before.aggregate_id = event.aggregate_id
            and before.sequence = event.sequence - 1
            and before.position < event.position
    )
order by event.position
limit 100
