-- A partition's events, stream after stream, each in the order of its sequence.
-- $1 partition smallint
select
    partition, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload::text as payload, metadata::text as metadata, recorded_at,
    hash, hash_version, payload_hash, tip, resource_id,
    day, mask, booking_id, hold_id, session_id, span_start, span_slots, lease_expires_at
from events
where partition = $1
order by aggregate_type, aggregate_id, sequence, position
