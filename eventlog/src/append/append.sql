-- Appends one batch to a partition, all or none, if the partition's head is
-- where the batch expects it. Returns the position before its first event,
-- null when the head is elsewhere, and the database's time.
-- $1 partition smallint         $2 position bigint, expected    $3 events bigint, their number
-- $4 tip bigint, expected       $5 tip bigint, new              $6 recorded_at timestamptz
-- $7 events event_row[], in order; their hashes are of version 2
-- Of each booking made:
-- $8 booking_id uuid[]          $9 wrapped_key bytea[]
-- The head is found by its highest round, so that dead versions of earlier rounds are
-- not walked through; the condition on it changes nothing else, for there is one row.
-- What a session has set can't make the commit not wait for the disk.
with head as (
    update heads
    set
        position = position + $3, tip = $5, last_at = $6,
        round = (position + $3) / 1024
    where
        head_key(partition) = head_key($1) and position = $2 and tip = $4
        and round = (
            select newest.round
            from heads as newest
            where head_key(newest.partition) = head_key($1)
            order by newest.round desc
            limit 1
        )
    returning position - $3 as base
),
sealed as (
    insert into booking_keys (partition, booking_id, wrapped_key)
    select $1, key.booking_id, key.wrapped_key
    from head, unnest($8::uuid[], $9::bytea[]) as key (booking_id, wrapped_key)
),
appended as (
    insert into events (
        partition, position, aggregate_type, aggregate_id, sequence,
        event_type, event_version, payload, metadata, recorded_at, hash, hash_version, tip,
        resource_id, day, mask, booking_id, hold_id, session_id,
        span_start, span_slots, lease_expires_at
    )
    select
        $1, head.base + batch.nth, batch.aggregate_type, batch.aggregate_id, batch.sequence,
        batch.event_type, batch.event_version, batch.payload, batch.metadata, $6,
        batch.hash, 2, case when batch.nth = $3 then $5 end,
        batch.resource_id, batch.day, batch.mask, batch.booking_id, batch.hold_id, batch.session_id,
        batch.span_start, batch.span_slots, batch.lease_expires_at
    from
        head,
        unnest($7::event_row[]) with ordinality as batch (
            aggregate_type, aggregate_id, sequence, event_type, event_version, payload,
            metadata, hash, resource_id, day, mask, booking_id,
            hold_id, session_id, span_start, span_slots, lease_expires_at, nth
        )
)
select
    (select base from head) as base, clock_timestamp() as now,
    case
        when current_setting('synchronous_commit') = 'off'
            then set_config('synchronous_commit', 'on', true)
    end as durable
