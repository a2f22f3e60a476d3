-- What happened in a day of a resource.
-- $1 partition smallint   $2 position bigint, before the first   $3 position bigint, the last
-- $4 aggregate_id text, the day's
select
    partition, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload::text as payload, metadata::text as metadata, recorded_at,
    hash, hash_version, payload_hash, tip, resource_id,
    day, mask, booking_id, hold_id, session_id, span_start, span_slots, lease_expires_at
from events
where partition = $1 and position > $2 and position <= $3
    and aggregate_type = 'ResourceDay' and aggregate_id = $4
order by position
