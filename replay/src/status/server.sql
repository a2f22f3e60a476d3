-- What PostgreSQL says of itself. A standby has no place in the log that it writes, so its
-- timeline is that of its last checkpoint.
select
    split_part(current_setting('server_version'), ' ', 1) as version,
    case
        when pg_is_in_recovery()
            then upper(lpad(to_hex((pg_control_checkpoint()).timeline_id), 8, '0'))
        else substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
    end as timeline,
    pg_is_in_recovery() as in_recovery,
    current_setting('default_transaction_read_only') = 'on' as read_only,
    current_database()::text as database,
    pg_database_size(current_database()) as bytes,
    clock_timestamp() as now,
    extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8
        as replayed_seconds_ago,
    coalesce(
        current_setting('archive_mode') <> 'off'
        and archiver.last_failed_time > coalesce(archiver.last_archived_time, '-infinity'),
        false
    ) as archive_fails,
    coalesce(
        (
            select extract(epoch from clock_timestamp() - min(other.xact_start))
            from pg_stat_activity as other
            where other.datname = current_database() and other.pid <> pg_backend_pid()
                and other.backend_type = 'client backend'
        ),
        0
    )::float8 as longest_transaction_seconds
from pg_stat_archiver as archiver
