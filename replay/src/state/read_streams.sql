-- Streams of a partition up to a position, in its order.
-- $1 partition smallint   $2 aggregate_type text   $3 aggregate_id text[]
-- $4 position bigint
select
    partition, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload::text as payload, metadata::text as metadata, recorded_at,
    hash, hash_version, payload_hash, tip, resource_id,
    day, mask, booking_id, hold_id, session_id, span_start, span_slots, lease_expires_at
from events
where partition = $1 and aggregate_type = $2 and aggregate_id = any($3) and position <= $4
order by position
