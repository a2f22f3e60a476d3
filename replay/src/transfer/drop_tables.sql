-- Takes back the schema that an import has made in a database that had none, unless
-- somebody has put rows into it meanwhile.
do $$
declare
    thing record;
begin
    lock table log, heads, events, booking_keys in access exclusive mode;
    if exists (select from log) or exists (select from heads) or exists (select from events)
        or exists (select from booking_keys)
    then
        return;
    end if;
    for thing in
        select
            case relkind when 'r' then 'table' when 'v' then 'view' else 'type' end as kind,
            relname as name
        from pg_class
        where relnamespace = 'public'::regnamespace
            and relkind in ('r', 'v', 'c')
            and not exists (
                select from pg_depend where objid in (pg_class.oid, reltype) and deptype = 'e'
            )
    loop
        execute format('drop %s if exists public.%I cascade', thing.kind, thing.name);
    end loop;
    for thing in
        select oid::regprocedure as name
        from pg_proc
        where pronamespace = 'public'::regnamespace
            and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
    loop
        execute format('drop function if exists %s cascade', thing.name);
    end loop;
end
$$
