-- Reads whole streams in one snapshot, in the order asked for.
-- $1 partition smallint
-- $2 aggregate_type text[]
-- $3 aggregate_id text[]
select
    e.partition, e.position, e.aggregate_type, e.aggregate_id, e.sequence,
    e.event_type, e.event_version, e.payload, e.metadata, e.recorded_at,
    e.hash, e.tip, e.hold_id, e.lease_expires_at,
    wanted.nth
from unnest($2::text[], $3::text[]) with ordinality as wanted (aggregate_type, aggregate_id, nth)
cross join lateral (
    select *
    from events
    where events.partition = $1
        and events.aggregate_type = wanted.aggregate_type
        and events.aggregate_id = wanted.aggregate_id
    order by events.sequence
) as e
order by wanted.nth, e.sequence
