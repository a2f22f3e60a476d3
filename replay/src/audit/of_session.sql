-- What a session did, and what became of its holds and bookings, in the order of time. No
-- index tells: one would cost every hold and every booking, and the question is seldom asked.
-- $1 partition smallint[]   $2 position bigint[], before the first of each
-- $3 position bigint[], the last of each
-- $4 session_id uuid   $5 session_id text, as metadata have it
with own as materialized (
    select hold_id, booking_id from events where partition = any($1) and session_id = $4
)
select
    events.partition, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload::text as payload, metadata::text as metadata, recorded_at,
    hash, hash_version, payload_hash, tip, resource_id,
    day, mask, booking_id, hold_id, session_id, span_start, span_slots, lease_expires_at
from events
join unnest($1::smallint[], $2::bigint[], $3::bigint[]) as stretch (partition, before, last)
    on events.partition = stretch.partition
    and position > stretch.before and position <= stretch.last
where metadata ->> 'actorId' = $5
    or hold_id in (select hold_id from own where hold_id is not null)
    or booking_id in (select booking_id from own where booking_id is not null)
order by recorded_at, events.partition, position
