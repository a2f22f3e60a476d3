-- Gives back all that a node has leased.
-- $1 node uuid
delete from leases where node = $1
