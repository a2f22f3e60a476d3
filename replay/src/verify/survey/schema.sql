-- What the schema is made of, a line each: its kind, its name, and how it is defined.
with tables as (
    select oid, relname, relkind
    from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'c')
)
select kind, name, definition
from (
    select
        case relkind when 'r' then 'table' when 'v' then 'view' else 'type' end as kind,
        relname::text as name,
        '' as definition
    from tables
    union all
    select
        'column',
        relname || '.' || attname,
        concat_ws(
            ' ',
            format_type(atttypid, atttypmod),
            (
                select 'collate ' || quote_ident(collname)
                from pg_collation
                where pg_collation.oid = attcollation and collname <> 'default'
            ),
            case when attnotnull then 'not null' end
        )
    from tables
    join pg_attribute on attrelid = tables.oid and attnum > 0 and not attisdropped
    union all
    select
        'constraint',
        relname || '.' || conname,
        pg_get_constraintdef(pg_constraint.oid)
            || case when convalidated then '' else ' NOT VALID' end
    from tables
    join pg_constraint on conrelid = tables.oid and contype in ('p', 'u', 'c')
    union all
    select
        'index',
        index.relname::text,
        pg_get_indexdef(indexrelid)
            || case when indisvalid and indisready then '' else ' INVALID' end
    from tables
    join pg_index on indrelid = tables.oid
    join pg_class as index on index.oid = indexrelid
    union all
    select 'trigger', relname || '.' || tgname, case tgenabled when 'D' then 'disabled' else 'on' end
    from tables
    join pg_trigger on tgrelid = tables.oid and not tgisinternal
) as parts
-- What goes with a table comes after it.
order by kind not in ('table', 'type', 'view'), kind, name
