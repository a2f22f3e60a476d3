-- Which log this is, which history of it, and the database's time. A standby tells its
-- timeline by its last checkpoint alone.
select
    id,
    restores,
    case
        when pg_is_in_recovery()
            then upper(lpad(to_hex((pg_control_checkpoint()).timeline_id), 8, '0'))
        else substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
    end,
    clock_timestamp()
from log
