-- What retention has to know of the rows after a position, in order.
-- $1 partition smallint   $2 position bigint   $3 limit bigint
-- $4 time timestamptz: what was recorded before it is old
select
    position, aggregate_id, sequence, resource_id, hold_id, event_type,
    recorded_at < $4 as old,
    payload is not null as full
from events
where partition = $1 and position > $2
order by position
limit $3
