-- In which schema the extension amcheck is; no row where it is in none.
select quote_ident(nspname)
from pg_extension
join pg_namespace on pg_namespace.oid = extnamespace
where extname = 'amcheck'
