-- The checkpoints of a partition's views, made at 0 where the partition has none
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
select view, position from checkpoints
where partition = $1 and generation = $2 and view = any($3)
union all
select view, position from made
