-- What a request brought about, in the order of time.
-- $1 partition smallint[]   $2 position bigint[], before the first of each
-- $3 position bigint[], the last of each
-- $4 request id text
select
    events.partition, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload::text as payload, metadata::text as metadata, recorded_at,
    hash, hash_version, payload_hash, tip, resource_id,
    day, mask, booking_id, hold_id, session_id, span_start, span_slots, lease_expires_at
from events
join unnest($1::smallint[], $2::bigint[], $3::bigint[]) as stretch (partition, before, last)
    on events.partition = stretch.partition
    and position > stretch.before and position <= stretch.last
where metadata ->> 'requestId' = $4
order by recorded_at, events.partition, position
