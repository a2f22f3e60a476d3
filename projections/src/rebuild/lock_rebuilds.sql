-- Whether this session has the right to rebuild views now.
-- $1 key bigint
select pg_try_advisory_lock($1)
