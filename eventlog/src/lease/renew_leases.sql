-- Renews a node's leases and takes those that nobody has; returns all that it
-- has now. A lease that ends later than any can that is given out now was dated by a
-- clock that ran ahead: it counts as free. Not so up to a second later, by which clocks
-- are set back in passing, for who was just given the lease believes in it.
-- $1 node uuid
-- $2 partition smallint[]   $3 duty text[]: what there is to lease
-- $4 milliseconds bigint that a lease lasts
insert into leases as lease (partition, duty, node, expires_at)
select wanted.partition, wanted.duty, $1, clock_timestamp() + $4 * interval '1 millisecond'
from unnest($2::smallint[], $3::text[]) as wanted (partition, duty)
where not exists (
    -- A row that another node has is not even locked.
    select
    from leases as other
    where other.partition = wanted.partition
        and other.duty = wanted.duty
        and other.node <> $1
        and other.expires_at > clock_timestamp()
        and other.expires_at <= clock_timestamp() + ($4 + 1000) * interval '1 millisecond'
)
-- Nodes that renew at once lock rows in one order.
order by wanted.partition, wanted.duty
on conflict (partition, duty) do update
set node = excluded.node, expires_at = excluded.expires_at
where lease.node = excluded.node
    or lease.expires_at <= clock_timestamp()
    or lease.expires_at > clock_timestamp() + ($4 + 1000) * interval '1 millisecond'
returning partition, duty
