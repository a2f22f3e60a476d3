-- Locks a partition's head until the transaction ends, and reads it. Found by its
-- highest round, as in head.sql.
-- $1 partition smallint
select position, tip, last_at
from heads
where head_key(partition) = $1::smallint
order by round desc
limit 1
for update
