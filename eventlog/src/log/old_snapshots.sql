-- How long the oldest snapshot of this database is open, in seconds, as far as this
-- role may see; and how many dead versions of heads' rows nobody could clean up yet, by
-- the server's last count. A replication slot or a prepared transaction shows in the
-- second alone.
select
    coalesce(
        (
            select max(extract(epoch from clock_timestamp() - activity.xact_start))
            from pg_stat_activity as activity
            where activity.datname = current_database()
                and activity.backend_xmin is not null
                and activity.pid <> pg_backend_pid()
        ),
        0
    )::float8 as seconds,
    coalesce(pg_stat_get_dead_tuples('heads'::regclass), 0) as dead_heads
