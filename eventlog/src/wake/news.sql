-- Reads what may have changed: which history of the log this is, the database's
-- time, the ends of all partitions, in their order, each found as in head.sql, and what
-- of the schema is missing that appends alone need.
select
    log.id,
    log.restores,
    substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as timeline,
    clock_timestamp() as now,
    heads.positions,
    heads.tips,
    array(
        select needed.name
        from unnest(array['events', 'booking_keys', 'event_row']) as needed (name)
        where to_regclass(needed.name) is null
    ) as missing
from log
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
