-- How a hold was placed on a day.
-- $1 partition smallint   $2 aggregate_id text, the day's   $3 hold_id uuid
select
    partition, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload::text as payload, metadata::text as metadata, recorded_at,
    hash, hash_version, payload_hash, tip, resource_id,
    day, mask, booking_id, hold_id, session_id, span_start, span_slots, lease_expires_at
from events
where partition = $1 and aggregate_type = 'ResourceDay' and aggregate_id = $2
    and event_type = 'HoldPlaced' and hold_id = $3
limit 1
