-- How far each view of each partition is: the position that it has folded, none where it was
-- never folded, whether that is of the log that is there, and the age of the first event that it lacks, looked up by its key;
-- the end is found as in head.sql of the log.
-- $1 views text[]
select
    wanted.view,
    head.partition,
    known.position,
    coalesce(known.position, 0) <= head.position
    and (
        coalesce(known.tip_position > known.position, true)
        or known.tip is not distinct from (
            select events.tip
            from events
            where events.partition = known.partition
                and events.position between known.tip_position and known.tip_position
            order by events.position
            limit 1
        )
    ) as of_the_log,
    greatest(head.position - coalesce(known.position, 0), 0) as behind,
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
from unnest($1::text[]) with ordinality as wanted (view, nth)
cross join (
    select known.partition::smallint as partition, newest.*
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
left join checkpoints as known
    on known.partition = head.partition and known.view = wanted.view and known.generation = 1
order by wanted.nth, head.partition
