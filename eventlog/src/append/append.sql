-- Appends a batch to each of several partitions, in one commit: each all or none, if its
-- partition's head is where it expects it and in nobody else's hands. Returns the
-- partitions that it has appended to, and the database's time.
-- By partition, in ascending order:
-- $1 partition smallint[]
-- $2 position bigint[], expected    $3 tip bigint[], expected
-- $4 tip bigint[], new              $5 recorded_at timestamptz[]
-- $6 events_through bigint[]: where its own end in $8; the next one's follow
-- $7 keys_through bigint[]: the same in $9 and $10
-- Of all of them, one batch after the other:
-- $8 events event_row[], in order; their hashes are of version 2
-- $9 booking_id uuid[], of each booking made, and $10 wrapped_key bytea[]
-- It waits for no head: one that is locked is being moved, as a rule, and is passed over.
-- So no partition holds up the others, and two nodes can't wait for each other.
-- A head is found by its highest round, so that dead versions of earlier rounds are not
-- walked through; the condition on it changes nothing else, for there is one row.
-- What is between one value and the same is that value: written so, there is one way to
-- find the row, and none that reads the table whole. The price of head_key is asked of
-- the table's rows alone, and subscripts are as many for the planner whatever the array:
-- so it has no reason to plan each append by itself, which costs more than to run it.
-- What a session has set can't make the commit not wait for the disk.
with locked as materialized (
    select
        ($1::smallint[])[batch.nth] as partition, mine.round,
        ($4::bigint[])[batch.nth] as tip, ($5::timestamptz[])[batch.nth] as recorded_at,
        coalesce(($6::bigint[])[batch.nth - 1], 0) as events_after,
        ($6::bigint[])[batch.nth] as events_through,
        coalesce(($7::bigint[])[batch.nth - 1], 0) as keys_after,
        ($7::bigint[])[batch.nth] as keys_through
    from
        generate_subscripts($1::smallint[], 1) as batch (nth)
        cross join lateral (
            select head.round
            from heads as head
            where
                head_key(head.partition) = ($1::smallint[])[batch.nth]
                and head.position = ($2::bigint[])[batch.nth] and head.tip = ($3::bigint[])[batch.nth]
                and head.round = (
                    select newest.round
                    from heads as newest
                    where head_key(newest.partition) = ($1::smallint[])[batch.nth]
                    order by newest.round desc
                    limit 1
                )
            limit 1
            for update skip locked
        ) as mine
),
moved as (
    update heads
    set
        position = heads.position + locked.events_through - locked.events_after,
        tip = locked.tip, last_at = locked.recorded_at,
        round = (heads.position + locked.events_through - locked.events_after) / 1024
    from locked
    where
        head_key(heads.partition) between locked.partition and locked.partition
        and heads.round between locked.round and locked.round
    returning
        locked.*,
        heads.position - locked.events_through + locked.events_after as base
),
sealed as (
    insert into booking_keys (partition, booking_id, wrapped_key)
    select moved.partition, key.booking_id, key.wrapped_key
    from
        moved,
        unnest(
            ($9::uuid[])[moved.keys_after + 1:moved.keys_through],
            ($10::bytea[])[moved.keys_after + 1:moved.keys_through]
        ) as key (booking_id, wrapped_key)
),
appended as (
    insert into events (
        partition, position, aggregate_type, aggregate_id, sequence,
        event_type, event_version, payload, metadata, recorded_at, hash, hash_version, tip,
        resource_id, day, mask, booking_id, hold_id, session_id,
        span_start, span_slots, lease_expires_at
    )
    select
        moved.partition, moved.base + event.nth, event.aggregate_type, event.aggregate_id,
        event.sequence, event.event_type, event.event_version, event.payload, event.metadata,
        moved.recorded_at, event.hash, 2,
        case when event.nth = moved.events_through - moved.events_after then moved.tip end,
        event.resource_id, event.day, event.mask, event.booking_id, event.hold_id,
        event.session_id, event.span_start, event.span_slots, event.lease_expires_at
    from
        moved,
        unnest(($8::event_row[])[moved.events_after + 1:moved.events_through])
        with ordinality as event (
            aggregate_type, aggregate_id, sequence, event_type, event_version, payload,
            metadata, hash, resource_id, day, mask, booking_id,
            hold_id, session_id, span_start, span_slots, lease_expires_at, nth
        )
)
select
    array(select moved.partition from moved) as appended, clock_timestamp() as now,
    case
        when current_setting('synchronous_commit') = 'off'
            then set_config('synchronous_commit', 'on', true)
    end as durable
