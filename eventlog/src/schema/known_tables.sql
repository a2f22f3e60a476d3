-- The tables of our names that are in the way of ours, in the schema where ours go.
select relname::text
from pg_class
where relnamespace = current_schema()::regnamespace
    and relname in (
        'log', 'heads', 'events', 'booking_keys', 'leases', 'checkpoints',
        'daily_availability', 'presence', 'bookings', 'resources', 'generations',
        'chain', 'retention', 'postgres_es_events', 'schema_floor', '_sqlx_migrations'
    )
order by relname
