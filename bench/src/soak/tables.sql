-- Every table: bytes of its rows, bytes of its indexes, its dead rows.
select
    relname::text as name,
    pg_table_size(relid) as table_bytes,
    pg_indexes_size(relid) as index_bytes,
    n_dead_tup as dead_rows
from pg_stat_user_tables
