-- The first block of a partition's chain that ends after a position.
-- $1 partition smallint   $2 position bigint
select after, position, value, hashes
from chain
where partition = $1 and position > $2
order by position
limit 1
