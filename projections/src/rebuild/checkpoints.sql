-- The checkpoints of some views in all partitions, those that are of the log that is
-- there: that has the tip that stands beside them.
-- $1 generation integer   $2 views text[]
select partition, view, position
from checkpoints
where generation = $1 and view = any($2)
    and (
        coalesce(tip_position > position, true)
        or tip is not distinct from (
            select events.tip
            from events
            where events.partition = checkpoints.partition
                and events.position between checkpoints.tip_position and checkpoints.tip_position
            order by events.position
            limit 1
        )
    )
order by partition, view
