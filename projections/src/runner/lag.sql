-- How far each view of each partition is behind the log: events, and the age of
-- the first of them in seconds. That event is looked up by its key: a join would
-- be planned as a read of the whole log while the table is young, and so would a
-- mere comparison, by any index that begins with the partition; the order is what
-- only the key has.
-- $1 views text[]   $2 generation integer
select
    head.partition::smallint as partition,
    wanted.view,
    greatest(head.position - coalesce(known.position, 0), 0) as events,
    coalesce(
        extract(
            epoch from clock_timestamp() - (
                select first.recorded_at
                from events as first
                where first.partition = head.partition
                    and first.position > coalesce(known.position, 0)
                order by first.position
                limit 1
            )
        ),
        0
    )::float8 as seconds
from (
    select known.partition, newest.position
    from log
    cross join generate_series(0, log.partitions - 1) as known (partition)
    cross join lateral (
        select heads.position
        from heads
        where head_key(heads.partition) = head_key(known.partition::smallint)
        order by heads.round desc
        limit 1
    ) as newest
) as head
cross join unnest($1::text[]) as wanted (view)
left join checkpoints as known
    on known.partition = head.partition and known.view = wanted.view and known.generation = $2
