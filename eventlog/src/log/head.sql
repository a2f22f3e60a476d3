-- Reads a partition's head.
-- $1 partition smallint
select position, tip, last_at from heads where partition = $1
