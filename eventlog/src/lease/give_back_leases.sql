-- Gives back some of what a node has leased.
-- $1 node uuid
-- $2 partition smallint[]   $3 duty text[]: which
delete from leases
using unnest($2::smallint[], $3::text[]) as given (partition, duty)
where leases.node = $1
    and leases.partition = given.partition
    and leases.duty = given.duty
