-- Takes back the schema that an import has made in a database that had none, unless
-- somebody has put rows into it meanwhile.
do $$
begin
    lock table log, heads, events, booking_keys in access exclusive mode;
    if exists (select from log) or exists (select from heads) or exists (select from events)
        or exists (select from booking_keys)
    then
        return;
    end if;
    -- By name and without cascade: what else is here was here before, or is somebody's
    -- who builds on ours, and is not ours to take.
    drop view if exists public.postgres_es_events;
    drop table if exists
        public._sqlx_migrations,
        public.log,
        public.heads,
        public.events,
        public.booking_keys,
        public.leases,
        public.checkpoints,
        public.daily_availability,
        public.presence,
        public.bookings,
        public.resources,
        public.generations,
        public.chain,
        public.retention,
        public.schema_floor;
    drop function if exists public.refuse_write_of_postgres_es_events();
    drop function if exists public.keep_payload_hash();
    drop function if exists public.head_key(smallint);
    drop type if exists public.event_row;
end
$$
