-- Reads what may have changed: which history of the log this is, the database's
-- time and the ends of all partitions, in their order, each found as in head.sql.
select
    log.id,
    log.restores,
    substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as timeline,
    clock_timestamp() as now,
    heads.positions,
    heads.tips
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
