-- Partitions whose positions have a gap, or end elsewhere than the head says.
select count(*)
from heads
left join (
    select partition, count(*) as events, max(position) as last, max(recorded_at) as last_at
    from events
    group by partition
) as log using (partition)
where
    heads.position <> coalesce(log.last, 0)
    or coalesce(log.events, 0) <> coalesce(log.last, 0)
    or log.last_at <> heads.last_at
    or exists (
        select 1
        from events
        where
            events.partition = heads.partition
            and events.position = heads.position
            and events.tip is distinct from heads.tip
    )
