-- Appends one batch to a partition, all or none, if the partition's head is
-- where the batch expects it. Returns the position before its first event,
-- null when the head is elsewhere, and the database's time.
-- $1 partition smallint         $2 position bigint, expected    $3 events bigint, their number
-- $4 tip bigint, expected       $5 tip bigint, new              $6 recorded_at timestamptz
-- Of each event:
-- $7 aggregate_type text[]      $8 aggregate_id text[]          $9 sequence bigint[]
-- $10 event_type text[]         $11 event_version text[]        $12 payload text[]
-- $13 metadata text[]           $14 hash bytea[]                $15 resource_id text[]
-- $16 day date[]                $17 mask varbit[]                  $18 booking_id uuid[]
-- $19 hold_id uuid[]            $20 session_id uuid[]           $21 span_start timestamptz[]
-- $22 span_slots integer[]      $23 lease_expires_at timestamptz[]
-- Of each booking made:
-- $24 booking_id uuid[]         $25 wrapped_key bytea[]
with head as (
    update heads
    set position = position + $3, tip = $5, last_at = $6
    where partition = $1 and position = $2 and tip = $4
    returning position - $3 as base
),
sealed as (
    insert into booking_keys (partition, booking_id, wrapped_key)
    select $1, key.booking_id, key.wrapped_key
    from head, unnest($24::uuid[], $25::bytea[]) as key (booking_id, wrapped_key)
),
appended as (
    insert into events (
        partition, position, aggregate_type, aggregate_id, sequence,
        event_type, event_version, payload, metadata, recorded_at, hash, tip,
        resource_id, day, mask, booking_id, hold_id, session_id,
        span_start, span_slots, lease_expires_at
    )
    select
        $1, head.base + batch.nth, batch.aggregate_type, batch.aggregate_id, batch.sequence,
        batch.event_type, batch.event_version, batch.payload::json, batch.metadata::json, $6,
        batch.hash, case when batch.nth = $3 then $5 end,
        batch.resource_id, batch.day, batch.mask, batch.booking_id, batch.hold_id, batch.session_id,
        batch.span_start, batch.span_slots, batch.lease_expires_at
    from
        head,
        unnest(
            $7::text[], $8::text[], $9::bigint[], $10::text[], $11::text[], $12::text[],
            $13::text[], $14::bytea[], $15::text[], $16::date[], $17::varbit[], $18::uuid[],
            $19::uuid[], $20::uuid[], $21::timestamptz[], $22::integer[], $23::timestamptz[]
        ) with ordinality as batch (
            aggregate_type, aggregate_id, sequence, event_type, event_version, payload,
            metadata, hash, resource_id, day, mask, booking_id,
            hold_id, session_id, span_start, span_slots, lease_expires_at, nth
        )
)
select (select base from head) as base, clock_timestamp() as now
