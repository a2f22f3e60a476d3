-- The partitions that have a head, with the position of its end and the resource of
-- the first event.
select heads.partition, heads.position, first.resource_id
from heads
left join lateral (
    select resource_id
    from events
    where events.partition = heads.partition
    order by events.position
    limit 1
) as first on true
order by heads.partition
