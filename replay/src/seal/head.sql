-- Where a partition ends.
-- $1 partition smallint
select position from heads where partition = $1
