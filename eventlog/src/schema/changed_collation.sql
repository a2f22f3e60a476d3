-- An index of a table of ours whose collation has changed since it was recorded, with
-- what is to be refreshed after it is built again; no row where there is none.
select
    pg_index.indexrelid::regclass::text as index,
    case sorted.is_default
        when true then format('database %I', pg_database.datname)
        else format('collation %s', pg_collation.oid::regcollation)
    end as collation,
    sorted.recorded,
    sorted.actual
from pg_index
join pg_class on pg_class.oid = pg_index.indrelid
join pg_database on pg_database.datname = current_database()
cross join unnest(pg_index.indcollation::oid[]) as used (id)
join pg_collation on pg_collation.oid = used.id
cross join lateral (
    select
        pg_collation.collprovider = 'd' as is_default,
        case pg_collation.collprovider
            when 'd' then pg_database.datcollversion
            else pg_collation.collversion
        end as recorded,
        case pg_collation.collprovider
            when 'd' then pg_database_collation_actual_version(pg_database.oid)
            else pg_collation_actual_version(pg_collation.oid)
        end as actual
) as sorted
where pg_class.relnamespace = current_schema()::regnamespace
    and pg_class.relname in (
        'log', 'heads', 'events', 'booking_keys', 'leases', 'checkpoints',
        'daily_availability', 'presence', 'bookings', 'resources', 'generations',
        'chain', 'retention', 'schema_floor'
    )
    and sorted.recorded <> sorted.actual
limit 1
