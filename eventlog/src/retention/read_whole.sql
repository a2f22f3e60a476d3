-- Rows with all that their hashes cover, in the columns of read/scan.sql.
-- $1 partition smallint   $2 position bigint[]
select
    position, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload, payload_hash, metadata, recorded_at, hash, hash_version, tip, resource_id,
    day, mask, booking_id, hold_id, session_id, span_start, span_slots, lease_expires_at
from events
where partition = $1 and position = any($2)
order by position
