-- A page of a partition in the order of its positions, whole: a fold must not take a
-- column's word for what happened without the hash that covers it.
-- $1 partition smallint   $2 position bigint, of the event before the page
-- $3 limit bigint
select
    position, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload, payload_hash, metadata, recorded_at, hash, hash_version, tip, resource_id,
    day, mask, booking_id, hold_id, session_id, span_start, span_slots, lease_expires_at
from events
where partition = $1 and position > $2
order by position
limit $3
