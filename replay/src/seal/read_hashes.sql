-- The hashes of a partition's rows after a position, in order.
-- $1 partition smallint   $2 position bigint   $3 limit bigint
select position, hash
from events
where partition = $1 and position > $2
order by position
limit $3
