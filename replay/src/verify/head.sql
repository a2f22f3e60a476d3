-- What a partition's head says of its end.
-- $1 partition smallint
select position, tip, last_at from heads where partition = $1
