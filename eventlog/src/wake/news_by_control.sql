-- Reads what news.sql reads, for who may not ask for the place in the
-- write-ahead log: the timeline is that of the last checkpoint.
select
    log.id,
    log.restores,
    lpad(upper(to_hex(checkpoint.timeline_id)), 8, '0') as timeline,
    clock_timestamp() as now,
    heads.positions,
    heads.tips,
    array(
        select needed.name
        from unnest(array['events', 'booking_keys', 'event_row']) as needed (name)
        where to_regclass(needed.name) is null
    ) as missing
from log
cross join pg_control_checkpoint() as checkpoint
cross join lateral (
    select
        array_agg(head.position order by known.partition) as positions,
        array_agg(head.tip order by known.partition) as tips
    from generate_series(0, log.partitions - 1) as known (partition)
    cross join lateral (
        select heads.position, heads.tip
        from heads
        where head_key(heads.partition) = head_key(known.partition::smallint)
        order by heads.round desc
        limit 1
    ) as head
) as heads
