//! Rows of the log that are not as they were written.

use super::{Plant, Remade};

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "a payload that says something else",
        sql: "update events set payload = replace(payload::text, '72-75', '72-76')::json where partition = {p} and position = planting.at('SlotsBooked', '{stands}')",
        told: &["ResourceDay studio-a/{day}: the row is not the one that was hashed", "this is the log: restore it, the last good position is"],
        ..Plant::NONE
    },
    Plant {
        name: "a payload that nobody wrote",
        sql: "update events set payload = '{}' where partition = {p} and position = planting.at('HoldPlaced', '{renewed}')",
        told: &["does not read: "],
        ..Plant::NONE
    },
    Plant {
        name: "metadata that names another actor",
        sql: "update events set metadata = replace(metadata::text, 'Test', 'Tess')::json where partition = {p} and position = planting.at('HoldPlaced', '{renewed}')",
        told: &["the row is not the one that was hashed"],
        ..Plant::NONE
    },
    Plant {
        name: "an event of another type",
        sql: "update events set event_type = 'HoldReleased' where partition = {p} and position = planting.at('HoldExpired', '{expired}')",
        told: &["HoldReleased 1.0 in ResourceDay studio-a/{day} does not read"],
        ..Plant::NONE
    },
    Plant {
        name: "an event of a version that there is not",
        sql: "update events set event_version = '9.9' where partition = {p} and position = planting.at('HoldExpired', '{expired}')",
        told: &["9.9"],
        ..Plant::NONE
    },
    Plant {
        name: "an event at another time",
        sql: "update events set recorded_at = recorded_at + interval '1 minute' where partition = {p} and position = planting.at('SlotsBooked', '{stands}')",
        told: &["the row is not the one that was hashed"],
        ..Plant::NONE
    },
    Plant {
        name: "a time that runs backwards, with its hash",
        sql: "update events set recorded_at = recorded_at - interval '1 hour' where partition = {p} and position = planting.at('BookingConfirmed', '{moved}')",
        told: &["it was recorded before the event before it"],
        remade: Remade::Chain,
        ..Plant::NONE
    },
    Plant {
        name: "an event of the year 2031, with its hash",
        sql: r#"select planting.append({p}, planting.row({p}, planting.at('ResourceRegistered', 'studio-a')), '{"recorded_at": "2031-01-01T00:00:00Z", "event_type": "ResourceChanged"}', (select replace(replace(payload::text, 'ResourceRegistered', 'ResourceChanged'), 'registeredAt', 'changedAt')::json from planting.row({p}, planting.at('ResourceRegistered', 'studio-a'))))"#,
        told: &["it was recorded at 2031-01-01"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a tip that is gone",
        sql: "update events set tip = null where partition = {p} and position = planting.at('ResourceRegistered', 'studio-a')",
        told: &["the row is not the one that was hashed"],
        ..Plant::NONE
    },
    Plant {
        name: "a tip that is gone, with the hash made again",
        sql: "update events set tip = null
            where partition = {p} and position = (
                select max(position)
                from events
                where partition = {p} and recorded_at = (
                    select recorded_at
                    from planting.row({p}, planting.at('BookingCancelled', '{cancelled}'))
                )
            )",
        told: &["the event before it has no tip"],
        remade: Remade::Chain,
        ..Plant::NONE
    },
    Plant {
        name: "an event that is gone",
        sql: "delete from events where partition = {p} and position = planting.at('SlotsBooked', '{moved}')",
        told: &["is missing before it", "lacks sequence"],
        ..Plant::NONE
    },
    Plant {
        name: "the last event that is gone",
        sql: "delete from events where partition = {p} and position = (select position from heads where partition = {p})",
        told: &["the head is at"],
        ..Plant::NONE
    },
    Plant {
        name: "a log that was cut off, with its head",
        sql: "delete from events where partition = {p} and position > (select position - 1 from heads where partition = {p});
            select planting.set_head({p})",
        told: &["the log ends at"],
        ..Plant::NONE
    },
    Plant {
        name: "a log that was cut off, with its head and its chain",
        sql: "delete from events where partition = {p} and position > (select position - 1 from heads where partition = {p});
            select planting.set_head({p})",
        told: &["all views are further"],
        remade: Remade::Chain,
        ..Plant::NONE
    },
    Plant {
        name: "a row that is there twice",
        sql: "update pg_index set indisunique = false where indexrelid in ('events_pkey'::regclass, 'events_expected_version'::regclass);
            insert into events select * from planting.row({p}, 3);
            update pg_index set indisunique = true where indexrelid in ('events_pkey'::regclass, 'events_expected_version'::regclass)",
        told: &["position 3, "],
        ..Plant::NONE
    },
    Plant {
        name: "a row that was changed with its hash",
        sql: "update events set payload = replace(payload::text, 'Studio A', 'Studio B')::json where partition = {p} and position = planting.at('ResourceRegistered', 'studio-a')",
        told: &["the row has another hash than the one that was chained"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a setting that was changed with its hash while the views lag",
        sql: "update events set payload = replace(payload::text, 'Studio A', 'Studio B')::json
            where partition = {p} and position = planting.at('ResourceRegistered', 'studio-a');
            update checkpoints set position = position - 1 where partition = {p} and view = 'resources'",
        told: &["the row has another hash than the one that was chained"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "who a booking is of that was changed with its hash while the views lag",
        sql: "update events set payload = replace(payload::text, '{A}', '{B}')::json, session_id = '{B}'
            where partition = {p} and position = planting.at('BookingConfirmed', '{stands}');
            update checkpoints set position = position - 1 where partition = {p} and view = 'bookings'",
        told: &["the row has another hash than the one that was chained"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a hash that is another",
        sql: "update events set hash = sha256('forged') where partition = {p} and position = planting.at('HoldPlaced', '{left}')",
        told: &["the row is not the one that was hashed"],
        ..Plant::NONE
    },
    Plant {
        name: "a version of hashes that there is not",
        sql: "update events set hash_version = 7 where partition = {p} and position = planting.at('HoldPlaced', '{left}')",
        told: &["its hash_version is 7"],
        ..Plant::NONE
    },
    Plant {
        name: "a hash of a payload that is another's",
        sql: "update events set payload_hash = sha256('forged') where partition = {p} and position = planting.at('HoldPlaced', '{left}')",
        told: &["the column payload_hash is not the hash of the payload"],
        ..Plant::NONE
    },
    Plant {
        name: "an event that was emptied and is no renewal",
        sql: "update events set payload = null where partition = {p} and position = planting.at('SlotsBooked', '{stands}')",
        told: &["has no payload"],
        ..Plant::NONE
    },
    Plant {
        name: "a renewal that was emptied, and nothing tells of it",
        sql: "update events set payload_hash = sha256(convert_to(payload::text, 'UTF8')), payload = null where partition = {p} and position = planting.at('HoldRenewed', '{renewed}')",
        told: &["its payload is gone, and no compaction names it"],
        ..Plant::NONE
    },
    Plant {
        name: "a renewal that was emptied without its hash",
        sql: "update events set payload = null
            where partition = {p} and position = planting.at('HoldRenewed', '{renewed}');
            update events set payload_hash = null
            where partition = {p} and position = planting.at('HoldRenewed', '{renewed}')",
        told: &["its payload is gone, and with it what the rest could be checked by"],
        ..Plant::NONE
    },
    Plant {
        name: "a mask that is another",
        sql: "update events set mask = ~mask where partition = {p} and position = planting.at('SlotsBooked', '{stands}')",
        told: &["the typed columns say otherwise than the payload"],
        ..Plant::NONE
    },
    Plant {
        name: "no mask at all",
        sql: "update events set mask = null where partition = {p} and position = planting.at('SlotsBooked', '{stands}')",
        told: &["the typed columns say otherwise than the payload"],
        ..Plant::NONE
    },
    Plant {
        name: "a hold's column that names another",
        sql: "update events set hold_id = '{new}' where partition = {p} and position = planting.at('HoldPlaced', '{left}')",
        told: &["the typed columns say otherwise than the payload"],
        ..Plant::NONE
    },
    Plant {
        name: "a booking's column that names another",
        sql: "update events set booking_id = '{nobody}' where partition = {p} and position = planting.at('BookingConfirmed', '{stands}')",
        told: &["the typed columns say otherwise than the payload"],
        ..Plant::NONE
    },
    Plant {
        name: "a session's column that names another",
        sql: "update events set session_id = '{B}' where partition = {p} and position = planting.at('BookingConfirmed', '{stands}')",
        told: &["the typed columns say otherwise than the payload"],
        ..Plant::NONE
    },
    Plant {
        name: "a span's column that begins elsewhere",
        sql: "update events set span_start = span_start + interval '1 hour' where partition = {p} and position = planting.at('BookingConfirmed', '{stands}')",
        told: &["the typed columns say otherwise than the payload"],
        ..Plant::NONE
    },
    Plant {
        name: "a span's column that is longer",
        sql: "update events set span_slots = span_slots + 1 where partition = {p} and position = planting.at('BookingConfirmed', '{stands}')",
        told: &["the typed columns say otherwise than the payload"],
        ..Plant::NONE
    },
    Plant {
        name: "a lease's column that ends later",
        sql: "update events set lease_expires_at = lease_expires_at + interval '1 hour' where partition = {p} and position = planting.at('HoldPlaced', '{lives}')",
        told: &["the typed columns say otherwise than the payload"],
        ..Plant::NONE
    },
    Plant {
        name: "a day's column that is the next",
        sql: "update events set day = day + 1 where partition = {p} and position = planting.at('SlotsBooked', '{stands}')",
        told: &["the typed columns say otherwise than the payload"],
        ..Plant::NONE
    },
    Plant {
        name: "the resource of a booking's row",
        sql: "update events set resource_id = '{other}' where partition = {p} and position = planting.at('BookingConfirmed', '{stands}')",
        told: &["the column resource_id says"],
        ..Plant::NONE
    },
    Plant {
        name: "a sequence that is another, with its hash",
        sql: "update events set sequence = 9 where partition = {p} and position = planting.at('BookingCancelled', '{cancelled}')",
        told: &["its sequence is 9 where 2 comes next"],
        remade: Remade::Chain,
        ..Plant::NONE
    },
    Plant {
        name: "a stream that is none of ours",
        sql: "update events set aggregate_type = 'Nothing' where partition = {p} and position = planting.at('BookingCancelled', '{cancelled}')",
        told: &["Nothing {cancelled}"],
        ..Plant::NONE
    },
];
