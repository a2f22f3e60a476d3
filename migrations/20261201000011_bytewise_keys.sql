-- Keys are compared by their bytes. In the database's collation, another version of the
-- system's library may order them otherwise than the index that is there: which then
-- hides events of a stream, and with them the guard against booking twice.

-- A server that migrates a log with rows has built it beside beforehand, while others
-- went on writing.
create unique index if not exists events_expected_version_bytewise
on events (partition, aggregate_type collate "C", aggregate_id collate "C", sequence);

-- The view uses the columns: it is made again below, and who might read it still may.
create temporary table readers on commit drop as
select granted.grantee, granted.privilege_type, granted.is_grantable
from pg_class, aclexplode(pg_class.relacl) as granted
where pg_class.oid = 'postgres_es_events'::regclass and granted.grantee <> pg_class.relowner;

drop view postgres_es_events;

-- No row is written again for this, and the index of the new form is taken as it is.
alter table events
    drop constraint events_expected_version,
    alter column aggregate_type type text collate "C",
    alter column aggregate_id type text collate "C";
alter table events
    add constraint events_expected_version unique using index events_expected_version_bytewise;

create view postgres_es_events as
select
    events.aggregate_type, events.aggregate_id, events.sequence,
    events.event_type, events.event_version,
    case
        when events.payload is null and events.event_type = 'HoldRenewed' then
            json_build_object('HoldRenewed', json_build_object(
                'holdId', events.hold_id,
                'lease', 'presence',
                'renewedAt',
                to_char(events.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                'leaseExpiresAt',
                to_char(events.lease_expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
            ))
        else events.payload
    end as payload,
    events.metadata
from heads
join events on events.partition = heads.partition;

create trigger postgres_es_events_are_read_only
instead of insert or update or delete on postgres_es_events
for each row execute function refuse_write_of_postgres_es_events();

do $$
declare
    reader record;
begin
    for reader in select * from readers loop
        execute format(
            'grant %s on postgres_es_events to %s %s',
            reader.privilege_type,
            case reader.grantee when 0 then 'public' else reader.grantee::regrole::text end,
            case when reader.is_grantable then 'with grant option' else '' end
        );
    end loop;
end
$$;

-- Small tables, whose keys are built again in a moment.
alter table leases alter column duty type text collate "C";
alter table checkpoints alter column view type text collate "C";
alter table generations alter column view type text collate "C";
