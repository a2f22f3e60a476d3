-- Reads what may have changed: which history of the log this is, the database's
-- time and the ends of all partitions, in their order.
select
    log.id,
    log.restores,
    substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as timeline,
    clock_timestamp() as now,
    array(select heads.position from heads order by heads.partition) as positions,
    array(select heads.tip from heads order by heads.partition) as tips
from log
