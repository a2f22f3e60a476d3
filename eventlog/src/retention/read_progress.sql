-- How far retention has gone through a partition.
-- $1 partition smallint
select position from retention where partition = $1
