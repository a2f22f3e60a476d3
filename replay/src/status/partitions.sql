-- The end of each partition, and how far the chain and retention have come in it. The first
-- event behind the chain is looked up by its key, and the end is found as in head.sql of the log.
select
    head.partition,
    head.position,
    case when head.position > 0 then head.last_at end as last_at,
    coalesce(chained.position, 0) as chained,
    coalesce(
        extract(
            epoch from clock_timestamp() - (
                select first.recorded_at
                from events as first
                where first.partition = head.partition
                    and first.position > coalesce(chained.position, 0)
                order by first.position
                limit 1
            )
        ),
        0
    )::float8 as unchained_seconds,
    coalesce(kept.position, 0) as emptied
from (
    select known.partition::smallint as partition, newest.*
    from log
    cross join generate_series(0, log.partitions - 1) as known (partition)
    cross join lateral (
        select heads.position, heads.last_at
        from heads
        where head_key(heads.partition) = head_key(known.partition::smallint)
        order by heads.round desc
        limit 1
    ) as newest
) as head
left join lateral (
    select block.position
    from chain as block
    where block.partition = head.partition
    order by block.position desc
    limit 1
) as chained on true
left join retention as kept on kept.partition = head.partition
order by head.partition
