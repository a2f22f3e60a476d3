-- Moves a partition's checkpoints on, each only from where the batch starts, and only
-- if the log still has the batch. Fewer rows than views: somebody else was here or the
-- history is another, and nothing may be committed. The batch's last event is found
-- in the order of positions, which has one row to read whatever PostgreSQL knows of
-- the table. Its tip stays beside the checkpoint; within an append there is none, and
-- the one before stays.
-- $1 partition smallint   $2 generation integer
-- $3 view text[]          $4 where the batch starts bigint[]   $5 where it ends bigint
-- $6 tip bigint, of its last event; null when it was read by this very connection
with last as materialized (
    select events.tip
    from events
    where events.partition = $1 and events.position between $5 and $5
    order by events.position
    limit 1
)
update checkpoints as known set
    position = greatest(known.position, $5),
    tip_position = case
        when last.tip is not null and known.position < $5 then $5 else known.tip_position
    end,
    tip = case when last.tip is not null and known.position < $5 then last.tip else known.tip end
from unnest($3::text[], $4::bigint[]) as seen (view, position)
left join last on true
where known.partition = $1 and known.generation = $2
    and known.view = seen.view and known.position = seen.position
    and ($6::bigint is null or $6 = last.tip)
