-- The checkpoints of a partition's views, and whether each is of the log that is there:
-- whether that has the tip that stands beside it. Made at 0 where the partition has none
-- of that generation. A view that alone has none was added later: its table is
-- empty, and it is a rebuild's to fill it.
-- $1 partition smallint   $2 generation integer   $3 views text[]
with made as (
    insert into checkpoints (partition, view, generation)
    select $1, view, $2 from unnest($3::text[]) as wanted (view)
    where not exists (
        select from checkpoints as known where known.partition = $1 and known.generation = $2
    )
    on conflict do nothing
    returning view, position
)
select
    known.view,
    known.position,
    coalesce(known.tip_position > known.position, true)
    or known.tip is not distinct from (
        select events.tip
        from events
        where events.partition = known.partition
            and events.position between known.tip_position and known.tip_position
        order by events.position
        limit 1
    ) as of_the_log
from checkpoints as known
where known.partition = $1 and known.generation = $2 and known.view = any($3)
union all
select view, position, true from made
