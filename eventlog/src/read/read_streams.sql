-- Reads streams from where each is known on, in one snapshot, in the order asked for;
-- of each so many events at most. Columns are told of events that retention has emptied.
-- $1 partition smallint
-- $2 aggregate_type text[]
-- $3 aggregate_id text[]
-- $4 sequence bigint[], of the last event that is known; 0 for a whole stream
-- $5 limit bigint, events of each stream
select
    e.partition, e.position, e.aggregate_type, e.aggregate_id, e.sequence,
    e.event_type, e.event_version, e.payload, e.metadata, e.recorded_at,
    e.hash, e.tip,
    case when e.payload is null then e.hold_id end as hold_id,
    case when e.payload is null then e.lease_expires_at end as lease_expires_at,
    case when e.payload is null then e.mask end as mask,
    case when e.payload is null then e.session_id end as session_id,
    case when e.payload is null then e.span_start end as span_start,
    case when e.payload is null then e.span_slots end as span_slots,
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
