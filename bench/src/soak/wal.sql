-- Bytes of the write-ahead log that PostgreSQL keeps.
select coalesce(sum(size), 0)::bigint from pg_ls_waldir()
