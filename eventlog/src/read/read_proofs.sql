-- What the hashes of a stretch of a partition cover, texts as they are stored.
-- $1 partition smallint   $2 position bigint, the first   $3 position bigint, the last
select
    position, event_type, event_version, payload::text as payload, metadata::text as metadata,
    hash_version, payload_hash, tip, resource_id,
    day, mask, booking_id, hold_id, session_id, span_start, span_slots, lease_expires_at
from events
where partition = $1 and position between $2 and $3
order by position
