-- Bytes of a table's rows, and of its indexes.
-- $1 table text
select pg_table_size($1::regclass), pg_indexes_size($1::regclass)
