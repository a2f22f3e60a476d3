-- Writes events as another database had them: the one statement besides the log's
-- append that may, into a database that has no event.
-- $1 partition smallint[]      $2 position bigint[]         $3 aggregate_type text[]
-- $4 aggregate_id text[]       $5 sequence bigint[]         $6 event_type text[]
-- $7 event_version text[]      $8 payload text[]            $9 metadata text[]
-- $10 recorded_at timestamptz[]   $11 hash bytea[]          $12 tip bigint[]
-- $13 resource_id text[]       $14 day date[]               $15 mask varbit[]
-- $16 booking_id uuid[]        $17 hold_id uuid[]           $18 session_id uuid[]
-- $19 span_start timestamptz[]    $20 span_slots integer[]
-- $21 lease_expires_at timestamptz[]   $22 hash_version smallint[]   $23 payload_hash bytea[]
insert into events (
    partition, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload, metadata, recorded_at, hash, tip, resource_id, day, mask, booking_id, hold_id,
    session_id, span_start, span_slots, lease_expires_at,
    hash_version, payload_hash
)
select
    event.partition, event.position, event.aggregate_type, event.aggregate_id, event.sequence,
    event.event_type, event.event_version, event.payload::json, event.metadata::json,
    event.recorded_at, event.hash, event.tip, event.resource_id, event.day, event.mask,
    event.booking_id, event.hold_id, event.session_id, event.span_start, event.span_slots,
    event.lease_expires_at, event.hash_version, event.payload_hash
from unnest(
    $1::smallint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[],
    $8::text[], $9::text[], $10::timestamptz[], $11::bytea[], $12::bigint[], $13::text[],
    $14::date[], $15::varbit[], $16::uuid[], $17::uuid[], $18::uuid[], $19::timestamptz[],
    $20::integer[], $21::timestamptz[], $22::smallint[], $23::bytea[]
) as event (
    partition, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload, metadata, recorded_at, hash, tip, resource_id, day, mask, booking_id, hold_id,
    session_id, span_start, span_slots, lease_expires_at,
    hash_version, payload_hash
)
