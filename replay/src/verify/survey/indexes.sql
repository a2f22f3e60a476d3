-- The valid indexes of our tables that have an order.
select indexrelid::bigint, index.relname::text
from pg_index
join pg_class as index on index.oid = indexrelid
join pg_class as of on of.oid = indrelid
join pg_am on pg_am.oid = index.relam and amname = 'btree'
where of.relnamespace = 'public'::regnamespace
    and of.relkind = 'r'
    and indisvalid
    and of.relname in (
        'log', 'heads', 'events', 'booking_keys', 'leases', 'checkpoints', 'daily_availability',
        'presence', 'bookings', 'resources', 'generations', 'chain', 'retention'
    )
order by of.relname, index.relname
