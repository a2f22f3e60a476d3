-- Reads streams from where each is known on, in one snapshot, in the order asked for;
-- of each so many events at most.
-- $1 partition smallint
-- $2 aggregate_type text[]
-- $3 aggregate_id text[]
-- $4 sequence bigint[], of the last event that is known; 0 for a whole stream
-- $5 limit bigint, events of each stream
select
    e.partition, e.position, e.aggregate_type, e.aggregate_id, e.sequence,
    e.event_type, e.event_version, e.payload, e.metadata, e.recorded_at,
    e.hash, e.tip, e.hold_id, e.lease_expires_at,
    wanted.nth
from unnest($2::text[], $3::text[], $4::bigint[])
    with ordinality as wanted (aggregate_type, aggregate_id, known, nth)
cross join lateral (
    select *
    from events
    where events.partition = $1
        and events.aggregate_type = wanted.aggregate_type
        and events.aggregate_id = wanted.aggregate_id
        and events.sequence > wanted.known
    order by events.sequence
    limit $5
) as e
order by wanted.nth, e.sequence
