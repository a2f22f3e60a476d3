-- The end of a partition's chain.
-- $1 partition smallint
select position, value
from chain
where partition = $1
order by position desc
limit 1
