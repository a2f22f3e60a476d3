-- Reads what news.sql reads, for who may not ask for the place in the
-- write-ahead log: the timeline is that of the last checkpoint.
select
    log.id,
    log.restores,
    lpad(upper(to_hex(checkpoint.timeline_id)), 8, '0') as timeline,
    clock_timestamp() as now,
    array(select heads.position from heads order by heads.partition) as positions,
    array(select heads.tip from heads order by heads.partition) as tips,
    array(
        select needed.name
        from unnest(array['events', 'booking_keys', 'event_row']) as needed (name)
        where to_regclass(needed.name) is null
    ) as missing
from log, pg_control_checkpoint() as checkpoint
