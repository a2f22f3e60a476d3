-- The rows of partitions that the log does not have: in which table and partition,
-- and how many.
-- $1 partitions smallint, how many the log has
select name, partition, count(*) as rows
from (
    select 'events' as name, partition from events where partition < 0 or partition >= $1
    union all
    select 'heads', partition from heads where partition < 0 or partition >= $1
    union all
    select 'booking_keys', partition from booking_keys where partition < 0 or partition >= $1
    union all
    select 'chain', partition from chain where partition < 0 or partition >= $1
    union all
    select 'retention', partition from retention where partition < 0 or partition >= $1
    union all
    select 'leases', partition from leases where partition < 0 or partition >= $1
    union all
    select 'checkpoints', partition from checkpoints where partition < 0 or partition >= $1
    union all
    select 'daily_availability', partition from daily_availability where partition < 0 or partition >= $1
    union all
    select 'presence', partition from presence where partition < 0 or partition >= $1
    union all
    select 'bookings', partition from bookings where partition < 0 or partition >= $1
    union all
    select 'resources', partition from resources where partition < 0 or partition >= $1
) as stray
group by name, partition
order by partition, name
