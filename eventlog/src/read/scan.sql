-- A page of a partition in the order of its positions, without what folds don't read.
-- $1 partition smallint   $2 position bigint, of the event before the page
-- $3 limit bigint
select
    partition, position, aggregate_type, aggregate_id, sequence,
    event_type, event_version, payload, null::json as metadata, recorded_at,
    null::bytea as hash, null::bigint as tip, hold_id, lease_expires_at
from events
where partition = $1 and position > $2
order by position
limit $3
