//! The views, and what is noted of them.

use super::Plant;

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "a bit of a day",
        sql: "update daily_availability set busy = set_bit(busy, 3, 1 - get_bit(busy, 3)) where resource_id = 'studio-a' and date = '{day}'",
        told: &[
            "view daily_availability, studio-a/{day}: the row is (slots",
            "--repair mends this",
        ],
        ..Plant::NONE
    },
    Plant {
        name: "a row of a view that is missing",
        sql: "delete from bookings where booking_id = '{stands}'",
        told: &["view bookings, booking {stands}: the row is missing"],
        ..Plant::NONE
    },
    Plant {
        name: "a row of a view that is too many",
        sql: r#"insert into presence select (jsonb_populate_record(row, '{"hold_id": "{new}"}')).* from presence as row where hold_id = '{lives}'"#,
        told: &["is none of the fold's"],
        ..Plant::NONE
    },
    Plant {
        name: "a row of a view in another partition",
        sql: r#"insert into bookings select (jsonb_populate_record(row, '{"partition": {q}}')).* from bookings as row where booking_id = '{stands}'"#,
        told: &["partition {q}", "is none of the fold's"],
        ..Plant::NONE
    },
    Plant {
        name: "settings that are written in other bytes",
        sql: "update resources set settings = settings::jsonb::json where resource_id = 'studio-a'",
        told: &["view resources, studio-a"],
        ..Plant::NONE
    },
    Plant {
        name: "a booking's state",
        sql: "update bookings set status = 'confirmed' where booking_id = '{cancelled}'",
        told: &["view bookings, booking {cancelled}"],
        ..Plant::NONE
    },
    Plant {
        name: "a lease in a view that ends later",
        sql: "update presence set lease_expires_at = lease_expires_at + interval '1 hour' where hold_id = '{lives}'",
        told: &["view presence, hold {lives}"],
        ..Plant::NONE
    },
    Plant {
        name: "a checkpoint that was set back",
        sql: "update checkpoints set position = 3 where view = 'daily_availability' and partition = {p}",
        told: &["its checkpoint is at 3, and rows, "],
        ..Plant::NONE
    },
    Plant {
        name: "a checkpoint beyond the log",
        sql: "update checkpoints set position = 100000 where view = 'bookings' and partition = {p}",
        told: &["its checkpoint is at 100000, and the log ends at"],
        ..Plant::NONE
    },
    Plant {
        name: "a checkpoint that is gone",
        sql: "delete from checkpoints where view = 'bookings' and partition = {p}",
        told: &["and no checkpoint"],
        ..Plant::NONE
    },
    Plant {
        name: "a checkpoint of a view that there is not",
        sql: "insert into checkpoints (partition, view) values ({p}, 'nothing')",
        told: &["it has checkpoints of generation 1 of view"],
        ..Plant::NONE
    },
    Plant {
        name: "a reading of the log by others that says something else",
        sql: "create or replace view postgres_es_events as select aggregate_type, aggregate_id, sequence, event_type, event_version, case when partition = {p} and event_type = 'ResourceRegistered' then replace(payload::text, 'Studio A', 'Studio B')::json else payload end as payload, metadata from events",
        told: &["the stock repository folds it to another state"],
        ..Plant::NONE
    },
    Plant {
        name: "a generation that is gone",
        sql: "delete from generations where view = 'bookings'",
        told: &["view bookings has no generation 1"],
        ..Plant::NONE
    },
    Plant {
        name: "a generation of a view that there is not",
        sql: "insert into generations values ('nothing', 1, null, now(), now())",
        told: &["there is no such view"],
        ..Plant::NONE
    },
    Plant {
        name: "a generation that there is not",
        sql: "insert into generations values ('bookings', 7, null, now(), null)",
        told: &["there is none but 1 and 2"],
        ..Plant::NONE
    },
    Plant {
        name: "a generation of a time to come",
        sql: "update generations set begun_at = now() + interval '1 year', live_since = now() + interval '1 year' where view = 'bookings'",
        told: &["is of a time that is yet to come"],
        ..Plant::NONE
    },
];
