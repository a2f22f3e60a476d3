-- Which node has each duty of each partition, and for how long unless it renews its lease;
-- no node where the lease has run out or was never taken. Of every partition of the log.
-- $1 duties text[]
select
    wanted.duty,
    head.partition::smallint as partition,
    lease.node,
    extract(epoch from lease.expires_at - clock_timestamp())::float8 as seconds
from unnest($1::text[]) with ordinality as wanted (duty, nth)
cross join log
cross join generate_series(0, log.partitions - 1) as head (partition)
left join leases as lease
    on lease.partition = head.partition
    and lease.duty = wanted.duty
    and lease.expires_at > clock_timestamp()
order by wanted.nth, head.partition
