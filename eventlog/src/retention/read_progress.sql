-- How far retention has gone through a partition: for renewals, and for whole holds.
-- $1 partition smallint
select position, holds_position from retention where partition = $1
