-- Reads a page of a partition, and in the same snapshot the partition's head
-- and what anchors the page: the event before it. One row for each event; a
-- row without an event when there is none. The anchor is found in the order of
-- positions: by equality alone, a young table is read by any index that begins with
-- the partition, and from its first event on. The head is found as in head.sql.
-- $1 partition smallint
-- $2 position bigint, of the event before the page; 0 for the first page
-- $3 limit bigint
select
    e.partition, e.position, e.aggregate_type, e.aggregate_id, e.sequence,
    e.event_type, e.event_version, e.payload, e.metadata, e.recorded_at,
    e.hash, e.tip, e.hold_id, e.lease_expires_at,
    head.position as head_position, head.tip as head_tip, head.last_at as head_last_at,
    anchor.hash as anchor_hash, anchor.tip as anchor_tip,
    clock_timestamp() as now
from (
    select heads.position, heads.tip, heads.last_at
    from heads
    where head_key(heads.partition) = head_key($1)
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
