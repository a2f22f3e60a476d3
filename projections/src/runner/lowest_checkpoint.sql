-- How far a partition's views are, all of them; null before their first batch.
-- $1 partition smallint   $2 generation integer   $3 views text[]
select case when count(*) = cardinality($3) then min(position) end
from checkpoints
where partition = $1 and generation = $2 and view = any($3)
