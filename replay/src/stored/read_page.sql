-- A page of a partition in the order of its positions, as it lies there.
-- $1 partition smallint   $2 position bigint, of the event before the page
-- $3 limit bigint
select
    partition, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload::text as payload, metadata::text as metadata, recorded_at,
    hash, hash_version, payload_hash, tip, resource_id,
    day, mask, booking_id, hold_id, session_id, span_start, span_slots, lease_expires_at
from events
where partition = $1 and position > $2
order by position
limit $3
