-- The tables, the largest first: their size with indexes, and as many rows as PostgreSQL
-- estimates; none before it has looked.
select
    relname::text as name,
    pg_total_relation_size(oid) as bytes,
    nullif(reltuples, -1)::bigint as rows
from pg_class
where relkind = 'r' and relnamespace = current_schema()::regnamespace
order by bytes desc, name
