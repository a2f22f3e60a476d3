-- How far a partition's views are, all that have begun; null before their first batch.
-- One that is of another history than the log's has nothing of this one.
-- $1 partition smallint   $2 generation integer   $3 views text[]
select min(
    case
        when coalesce(known.tip_position > known.position, true)
            or known.tip is not distinct from (
                select events.tip
                from events
                where events.partition = known.partition
                    and events.position between known.tip_position and known.tip_position
                order by events.position
                limit 1
            )
            then known.position
        else 0
    end
)
from checkpoints as known
where known.partition = $1 and known.generation = $2 and known.view = any($3)
