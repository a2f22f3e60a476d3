//! What no rule decides, appended with right hashes.

use super::{Plant, Remade};

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "a booking that is confirmed a second time",
        sql: "select planting.append({p}, planting.row({p}, planting.at('BookingConfirmed', '{stands}')), '{}')",
        told: &["it is confirmed a second time"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a resource that is registered a second time",
        sql: "select planting.append({p}, planting.row({p}, planting.at('ResourceRegistered', 'studio-a')), '{}')",
        told: &["it is registered a second time"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "an exception to the hours that is taken out and was never added",
        sql: r#"select planting.append({p}, planting.row({p}, planting.at('ResourceRegistered', 'studio-a')),
            '{"event_type": "ExceptionRemoved"}',
            '{"ExceptionRemoved":{"exceptionId":"018f3a1e-9d2b-7c44-8f10-3a5b6c7d8e91","removedAt":"2026-11-23T09:00:00.000Z"}}')"#,
        told: &["an exception to its hours is taken out that it does not have"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a booking that is cancelled a second time",
        sql: "select planting.append({p}, planting.row({p}, planting.at('BookingCancelled', '{cancelled}')), '{}')",
        told: &["it is cancelled a second time"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a booking that moves from where it is not",
        sql: "select planting.append({p}, planting.row({p}, planting.at('BookingRescheduled', '{moved}')), '{}')",
        told: &["it moves from where it is not"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a booking that is cancelled and was never made",
        sql: r#"select planting.append({p}, planting.row({p}, planting.at('BookingCancelled', '{cancelled}')), '{"aggregate_id": "{nobody}", "booking_id": "{nobody}"}', (
                select replace(payload::text, '{cancelled}', '{nobody}')::json
                from planting.row({p}, planting.at('BookingCancelled', '{cancelled}'))
            ))"#,
        told: &["the booking was never made"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a resource that is retired and was never open",
        sql: r#"select planting.append({nowhere}, planting.row({p}, planting.at('ResourceRegistered', 'studio-a')), '{"aggregate_id": "nowhere", "resource_id": "nowhere", "event_type": "ResourceRetired"}', '{"ResourceRetired":{"retiredAt":"2026-11-23T09:00:00.000Z"}}')"#,
        told: &["it is retired, and it is not open"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a hold on a resource that nobody registered",
        sql: r#"select planting.append({nowhere}, planting.row({p}, planting.at('HoldPlaced', '{lives}')), '{"aggregate_id": "nowhere/{day}", "resource_id": "nowhere", "hold_id": "{new}"}', (select replace(payload::text, '{lives}', '{new}')::json from planting.row({p}, planting.at('HoldPlaced', '{lives}'))))"#,
        told: &["a hold on nowhere, which is not registered, or retired"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "slots booked of a resource that nobody registered",
        sql: r#"select planting.append({nowhere}, planting.row({p}, planting.at('SlotsBooked', '{stands}')), '{"aggregate_id": "nowhere/{day}", "resource_id": "nowhere"}')"#,
        told: &["slots of nowhere, which is not registered, or retired"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a second hold of a session",
        sql: r#"select planting.append({p}, planting.row({p}, planting.at('HoldPlaced', '{lives}')), '{"hold_id": "{new}", "aggregate_id": "studio-a/{next}", "day": "{next}", "span_start": "{next}T08:00:00Z"}', (select replace(replace(payload::text, '{lives}', '{new}'), '{day}T', '{next}T')::json from planting.row({p}, planting.at('HoldPlaced', '{lives}'))))"#,
        told: &["has a hold on studio-a already, {lives}"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a hold that takes another session's place in a booking",
        sql: "update events set session_id = '{B}', payload = replace(payload::text, '{A}', '{B}')::json where partition = {p} and position = planting.at('BookingConfirmed', '{night}')",
        told: &["it takes the place of hold {renewed}, which is another session's"],
        remade: Remade::Chain,
        ..Plant::NONE
    },
    Plant {
        name: "a hold that expires before its lease ends",
        sql: r#"select planting.append({p}, planting.row({p}, planting.at('HoldPlaced', '{lives}')), '{"event_type": "HoldExpired", "session_id": null, "span_start": null, "span_slots": null}', (select json_build_object('HoldExpired', json_build_object('holdId', '{lives}', 'slots', payload -> 'HoldPlaced' -> 'slots', 'leaseExpiresAt', payload -> 'HoldPlaced' -> 'leaseExpiresAt', 'renewals', 0)) from planting.row({p}, planting.at('HoldPlaced', '{lives}'))))"#,
        told: &["hold {lives} expires before the end of its lease"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a hold that is consumed by a booking that is not made",
        sql: r#"select planting.append({p}, planting.row({p}, planting.at('HoldPlaced', '{lives}')), '{"event_type": "HoldConsumed", "session_id": null, "span_start": null, "span_slots": null, "booking_id": "{stands}"}', (select json_build_object('HoldConsumed', json_build_object('holdId', '{lives}', 'slots', payload -> 'HoldPlaced' -> 'slots', 'bookingId', '{stands}', 'leaseExpiresAt', payload -> 'HoldPlaced' -> 'leaseExpiresAt', 'renewals', 0)) from planting.row({p}, planting.at('HoldPlaced', '{lives}'))))"#,
        told: &["hold {lives} is consumed, and booking {stands} is not made with it"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a hold that nothing ends though the log goes on",
        sql: "select planting.append({p}, planting.row({p}, planting.at('ResourceRegistered', 'studio-a')), jsonb_build_object('event_type', 'ResourceChanged', 'recorded_at', (select last_at + interval '1 minutes' from heads where partition = {p})), (select replace(replace(payload::text, 'ResourceRegistered', 'ResourceChanged'), 'registeredAt', 'changedAt')::json from planting.row({p}, planting.at('ResourceRegistered', 'studio-a'))));
            select planting.append({p}, planting.row({p}, planting.at('ResourceRegistered', 'studio-a')), jsonb_build_object('event_type', 'ResourceChanged', 'recorded_at', (select last_at + interval '5 minutes' from heads where partition = {p})), (select replace(replace(payload::text, 'ResourceRegistered', 'ResourceChanged'), 'registeredAt', 'changedAt')::json from planting.row({p}, planting.at('ResourceRegistered', 'studio-a'))))",
        told: &["hold {lives}: its lease ended at", "and nothing ends it, though the log went on"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "slots that are booked a second time",
        sql: r#"select planting.append({p}, planting.row({p}, planting.at('SlotsBooked', '{stands}')), '{"booking_id": "{nobody}"}', (
                select replace(payload::text, '{stands}', '{nobody}')::json
                from planting.row({p}, planting.at('SlotsBooked', '{stands}'))
            ))"#,
        told: &["were booked already"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "slots that are booked under a hold",
        sql: r#"select planting.append({p}, planting.row({p}, planting.at('HoldPlaced', '{lives}')), '{"event_type": "SlotsBooked", "booking_id": "{nobody}", "hold_id": null,
                "lease_expires_at": null, "session_id": null, "span_start": null, "span_slots": null}', (
                select json_build_object('SlotsBooked', json_build_object(
                    'bookingId', '{nobody}', 'slots', payload -> 'HoldPlaced' -> 'slots'
                ))
                from planting.row({p}, planting.at('HoldPlaced', '{lives}'))
            ))"#,
        told: &["were under a hold"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "slots that are freed and were never booked",
        sql: "select planting.append({p}, planting.row({p}, planting.at('SlotsFreed', '{cancelled}')), '{}')",
        told: &["the booking had"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a hold that ends a second time",
        sql: "select planting.append({p}, planting.row({p}, planting.at('HoldReleased', '{left}')), '{}')",
        told: &["hold {left}: it ends a second time"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a hold that is renewed after its end",
        sql: "select planting.append({p}, planting.row({p}, planting.at('HoldRenewed', '{expired}')), '{}')",
        told: &["hold {expired}: it is renewed after its end"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "a booking that has no slots",
        sql: r#"select planting.append({p}, planting.row({p}, planting.at('BookingConfirmed', '{stands}')), '{"aggregate_id": "{nobody}", "booking_id": "{nobody}"}', (
                select replace(payload::text, '{stands}', '{nobody}')::json
                from planting.row({p}, planting.at('BookingConfirmed', '{stands}'))
            ));
            insert into booking_keys select {p}, '{nobody}', wrapped_key from booking_keys where false"#,
        told: &["Booking {nobody}"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
    Plant {
        name: "an event in another resource's partition",
        sql: r#"select planting.append({q}, planting.row({p}, planting.at('HoldPlaced', '{lives}')), '{"hold_id": "{new}"}', (
                select replace(payload::text, '{lives}', '{new}')::json
                from planting.row({p}, planting.at('HoldPlaced', '{lives}'))
            ))"#,
        told: &["studio-a belongs to another partition"],
        remade: Remade::Hashes,
        ..Plant::NONE
    },
];
