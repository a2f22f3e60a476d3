-- Reads a partition's head, by its highest round: so dead versions of earlier rounds
-- are not walked through.
-- $1 partition smallint
select position, tip, last_at
from heads
where head_key(partition) = $1::smallint
order by round desc
limit 1
