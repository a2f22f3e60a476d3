//! The schema, what nodes note for themselves, and indexes.

use super::Plant;

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "the key of a view that was dropped",
        sql: "alter table bookings drop constraint bookings_pkey",
        told: &["constraint bookings.bookings_pkey: it is missing", "alter table bookings add constraint bookings_pkey PRIMARY KEY"],
        ..Plant::NONE
    },
    Plant {
        name: "the guard of streams that was dropped",
        sql: "alter table events drop constraint events_expected_version",
        told: &["constraint events.events_expected_version: it is missing"],
        ..Plant::NONE
    },
    Plant {
        name: "a check that was dropped",
        sql: "alter table heads drop constraint heads_position",
        told: &["constraint heads.heads_position: it is missing"],
        ..Plant::NONE
    },
    Plant {
        name: "an index that was dropped",
        sql: "drop index presence_by_resource",
        told: &["index presence_by_resource: it is missing", "CREATE INDEX presence_by_resource"],
        ..Plant::NONE
    },
    Plant {
        name: "a type that was dropped",
        sql: "drop type event_row",
        told: &["type event_row: it is missing"],
        ..Plant::NONE
    },
    Plant {
        name: "a type that was altered",
        sql: "alter type event_row drop attribute lease_expires_at",
        told: &["column event_row.lease_expires_at: it is missing"],
        ..Plant::NONE
    },
    Plant {
        name: "a column that may be empty",
        sql: "alter table events alter column hash drop not null",
        told: &["column events.hash: it is"],
        ..Plant::NONE
    },
    Plant {
        name: "a column of another type",
        sql: "alter table leases alter column duty type varchar(99)",
        told: &["column leases.duty: it is"],
        ..Plant::NONE
    },
    Plant {
        name: "a trigger that was dropped",
        sql: "drop trigger postgres_es_events_are_read_only on postgres_es_events",
        told: &["trigger postgres_es_events.postgres_es_events_are_read_only: it is missing"],
        ..Plant::NONE
    },
    Plant {
        name: "a table that was dropped",
        sql: "drop table retention",
        told: &["table retention: it is missing"],
        ..Plant::NONE
    },
    Plant {
        name: "a migration that is not noted",
        sql: "delete from _sqlx_migrations where version = 20261126000001",
        told: &["migration 20261126000001 is not noted"],
        ..Plant::NONE
    },
    Plant {
        name: "a migration of another text",
        sql: "update _sqlx_migrations set checksum = sha384('x') where version = 20261126000001",
        told: &["is noted with the checksum of another text"],
        ..Plant::NONE
    },
    Plant {
        name: "a migration that failed",
        sql: "update _sqlx_migrations set success = false where version = 20261126000001",
        told: &["is noted as failed"],
        ..Plant::NONE
    },
    Plant {
        name: "a migration that there is not",
        sql: "insert into _sqlx_migrations select 20261126000009, description, installed_on, success, checksum, execution_time from _sqlx_migrations limit 1",
        told: &["migration 20261126000009 is noted, and there is none"],
        ..Plant::NONE
    },
    Plant {
        name: "a lease that ends in a year",
        sql: "insert into leases values ({p}, 'projection', '{new}', now() + interval '1 year') on conflict (partition, duty) do update set expires_at = excluded.expires_at",
        told: &["the lease of projection of partition {p}", "delete from leases"],
        ..Plant::NONE
    },
    Plant {
        name: "a lease of a duty that there is not",
        sql: "insert into leases values ({p}, 'nothing', '{new}', now())",
        told: &["there is no such duty"],
        ..Plant::NONE
    },
    Plant {
        name: "retention that is further than it is",
        sql: "insert into retention select partition, position from heads where partition = {p} on conflict do nothing",
        told: &["it says that all renewals up to"],
        ..Plant::NONE
    },
    Plant {
        name: "retention that is further than the log",
        sql: "insert into retention values ({q}, 100000)",
        told: &["it says that retention is at 100000"],
        ..Plant::NONE
    },
    Plant {
        name: "an index by positions that lacks a row",
        sql: "update pg_index set indisready = false where indexrelid = 'events_pkey'::regclass;
            create temporary table kept as select * from planting.row({p}, 5);
            delete from events where partition = {p} and position = 5;
            insert into events select * from kept;
            update pg_index set indisready = true where indexrelid = 'events_pkey'::regclass",
        told: &["index events_pkey: it lacks rows", "reindex index concurrently events_pkey"],
        ..Plant::NONE
    },
    Plant {
        name: "an index by streams that lacks a row",
        sql: "update pg_index set indisready = false where indexrelid = 'events_expected_version'::regclass;
            create temporary table kept as select * from planting.row({p}, 5);
            delete from events where partition = {p} and position = 5;
            insert into events select * from kept;
            update pg_index set indisready = true where indexrelid = 'events_expected_version'::regclass",
        told: &["index events_expected_version: ", "lacks matching index tuple"],
        arguments: &["--amcheck"],
        ..Plant::NONE
    },
];
