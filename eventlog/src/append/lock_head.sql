-- Locks a partition's head until the transaction ends, and reads it.
-- $1 partition smallint
select position, tip, last_at from heads where partition = $1 for update
