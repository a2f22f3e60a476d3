-- The events as postgres-es has them, in a table as in its own db/init.sql.
create table replayed_events (
    aggregate_type text not null,
    aggregate_id text not null,
    sequence bigint check (sequence >= 0) not null,
    event_type text not null,
    event_version text not null,
    payload json not null,
    metadata json not null,
    primary key (aggregate_type, aggregate_id, sequence)
);

insert into replayed_events
select events.*
from postgres_es_events as events;
