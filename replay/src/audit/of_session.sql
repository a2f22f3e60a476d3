-- What a session did, and what became of its holds and bookings. No index tells: one would
-- cost every hold and every booking, and the question is seldom asked.
-- $1 partition smallint   $2 position bigint, before the first   $3 position bigint, the last
-- $4 session_id uuid   $5 session_id text, as metadata have it
with own as materialized (
    select hold_id, booking_id from events where partition = $1 and session_id = $4
)
select
    partition, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload::text as payload, metadata::text as metadata, recorded_at,
    hash, hash_version, payload_hash, tip, resource_id,
    day, mask, booking_id, hold_id, session_id, span_start, span_slots, lease_expires_at
from events
where partition = $1 and position > $2 and position <= $3
    and (
        metadata ->> 'actorId' = $5
        or hold_id in (select hold_id from own where hold_id is not null)
        or booking_id in (select booking_id from own where booking_id is not null)
    )
order by position
