-- Reads a page of a partition, and in the same snapshot the partition's head
-- and what anchors the page: the event before it. One row for each event; a
-- row without an event when there is none. The anchor is found in the order of
-- positions: by equality alone, a young table is read by any index that begins with
-- the partition, and from its first event on. The head is found as in head.sql.
-- Columns are told of events that retention has emptied.
-- $1 partition smallint
-- $2 position bigint, of the event before the page; 0 for the first page
-- $3 limit bigint
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
    head.position as head_position, head.tip as head_tip, head.last_at as head_last_at,
    anchor.hash as anchor_hash, anchor.tip as anchor_tip,
    clock_timestamp() as now
from (
    select heads.position, heads.tip, heads.last_at
    from heads
    where head_key(heads.partition) = $1::smallint
    order by heads.round desc
    limit 1
) as head
left join lateral (
    select events.hash, events.tip
    from events
    where events.partition = $1 and events.position between $2 and $2
    order by events.position
    limit 1
) as anchor on true
left join lateral (
    select *
    from events
    where events.partition = $1 and events.position > $2
    order by events.position
    limit $3
) as e on true
order by e.position
