-- The leases, with how many seconds they have to run.
-- $1 partitions smallint, how many the log has
select partition, duty, node, extract(epoch from expires_at - clock_timestamp())::bigint as seconds
from leases
where partition between 0 and $1 - 1
order by partition, duty
