-- Takes an advisory lock of the session if nobody has it.
-- $1 key bigint
select pg_try_advisory_lock($1)
