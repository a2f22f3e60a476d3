-- How far a partition's views are, all that have begun; null before their first batch.
-- $1 partition smallint   $2 generation integer   $3 views text[]
select min(position)
from checkpoints
where partition = $1 and generation = $2 and view = any($3)
