-- The checkpoints of some views in all partitions.
-- $1 generation integer   $2 views text[]
select partition, view, position
from checkpoints
where generation = $1 and view = any($2)
order by partition, view
