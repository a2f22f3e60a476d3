-- Reads what may have changed: which history of the log this is, the database's
-- time, the ends of all partitions, in their order, and what of the schema is missing
-- that appends alone need.
select
    log.id,
    log.restores,
    substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as timeline,
    clock_timestamp() as now,
    array(select heads.position from heads order by heads.partition) as positions,
    array(select heads.tip from heads order by heads.partition) as tips,
    array(
        select needed.name
        from unnest(array['events', 'booking_keys', 'event_row']) as needed (name)
        where to_regclass(needed.name) is null
    ) as missing
from log
