//! Commands at random, over few enough slots, sessions and keys that they meet.

use domain::{
    calendar::{SeatCount, SlotCount, Span, Timestamp},
    command::{
        AddExceptions, BookSlots, Command, Heartbeat, Leave, PutResource, RemoveException,
        RescheduleBooking,
    },
    hold::Lease,
    hours::Exception,
    ids::{BookingId, HoldId, ResourceId, SessionId},
    partition::Partition,
    resource::ResourceSettings,
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::json;
use uuid::Uuid;

use crate::harness::{
    at, attendee, exception, exception_id, fingerprint, settings_with, studio_a, studio_b,
};

/// A command, and how long after the one before it comes.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) after_ms: u64,
    pub(crate) command: Command,
}

/// When histories begin: a Monday.
pub(crate) fn beginning() -> Timestamp {
    at("2026-11-23T00:00:00Z")
}

pub(crate) fn resource() -> impl Strategy<Value = ResourceId> {
    select(vec![studio_a(), studio_b()])
}

pub(crate) fn session() -> impl Strategy<Value = SessionId> {
    (0..3_u128).prop_map(|number| SessionId::new(Uuid::from_u128(number)))
}

/// Spans that begin on the first two days; some of them run into the fourth.
pub(crate) fn any_span() -> impl Strategy<Value = Span> {
    let starts = prop_oneof![0..24_u64, 80..112_u64];
    let durations = select(vec![60, 60, 120, 300, 2640, 15]);
    (starts, durations).prop_map(|(quarter, minutes)| {
        let start = beginning().plus_ms(quarter * 900_000);
        Span::new(start, SlotCount::from_minutes(minutes).unwrap()).unwrap()
    })
}

fn booking() -> impl Strategy<Value = BookingId> {
    (0..6_u8).prop_map(|number| BookingId::from_bits(Partition::new(1), [number; 16]))
}

pub(crate) fn any_settings() -> impl Strategy<Value = ResourceSettings> {
    let day = json!([{ "from": "00:00", "to": "04:30" }, { "from": "20:00", "to": "02:00" }]);
    let hours = json!({ "mon": [{ "from": "00:00", "to": "02:00" }], "tue": day, "thu": day });
    let night = json!({ "mon": [{ "from": "20:00", "to": "19:00" }] });
    let hours = select(vec![json!(null), json!(null), hours, night]);
    let zones = select(vec!["UTC", "Asia/Kathmandu", "America/New_York"]);
    let buffer = || select(vec![0, 0, 0, 15, 45, 120, 1440]);
    let capacity = select(vec![1, 1, 1, 2, 3, 7]);
    let drawn = (hours, zones, any::<bool>(), buffer(), buffer(), capacity);
    drawn.prop_map(
        |(hours, zone, spans_closed_hours, before, after, capacity)| {
            settings_with(&json!({
                "capacity": capacity,
                "showSeatsLeft": capacity % 2 == 0 || capacity == 3,
                "bufferBefore": before,
                "bufferAfter": after,
                "hours": hours,
                "timezone": zone,
                "spansClosedHours": spans_closed_hours,
            }))
        },
    )
}

/// Exceptions about the days on which histories play.
pub(crate) fn any_exception() -> impl Strategy<Value = Exception> {
    let hours = select(vec![
        json!([]),
        json!([]),
        json!([{ "from": "00:00", "to": "24:00" }]),
        json!([{ "from": "01:00", "to": "03:30" }, { "from": "19:15", "to": "05:00" }]),
    ]);
    let when = (0..3_u8, 22..28_u32, hours, 0..400_u64, 1..90_u64).prop_map(
        |(kind, day, hours, minutes, length)| match kind {
            0 => json!({ "date": format!("2026-11-{day}"), "hours": hours }),
            1 => json!({ "yearly": format!("11-{day}"), "hours": hours }),
            _ => {
                let from = beginning().plus_ms(minutes * 11 * 60_000);
                json!({ "from": from, "to": from.plus_ms(length * 11 * 60_000) })
            }
        },
    );
    (0..5_u8, when).prop_map(|(number, when)| exception(number, &format!("No. {number}"), &when))
}

fn except() -> impl Strategy<Value = Command> {
    (resource(), vec(any_exception(), 1..4)).prop_map(|(resource, exceptions)| {
        Command::from(AddExceptions {
            resource,
            exceptions,
        })
    })
}

fn remove_exception() -> impl Strategy<Value = Command> {
    (resource(), 0..5_u8).prop_map(|(resource, number)| {
        Command::from(RemoveException {
            resource,
            exception: exception_id(number),
        })
    })
}

/// Mostly one seat.
pub(crate) fn quantity() -> impl Strategy<Value = SeatCount> {
    select(vec![1, 1, 1, 1, 2, 3, 5]).prop_map(|seats| SeatCount::new(seats).unwrap())
}

fn heartbeat() -> impl Strategy<Value = Command> {
    let hold = || (0..60_u128).prop_map(|number| HoldId::new(Uuid::from_u128(number)));
    let lease = select(vec![Lease::Presence, Lease::Presence, Lease::Checkout]);
    let renew = option::weighted(0.2, hold());
    let drawn = (
        resource(),
        session(),
        any_span(),
        lease,
        renew,
        hold(),
        quantity(),
    );
    drawn.prop_map(
        |(resource, session, span, lease, renew, new_hold, quantity)| {
            Command::from(Heartbeat {
                resource,
                session,
                span,
                lease,
                renew,
                new_hold,
                quantity,
            })
        },
    )
}

fn leave() -> impl Strategy<Value = Command> {
    (resource(), session()).prop_map(|(resource, session)| {
        Command::from(Leave {
            resource,
            session,
            hold: None,
        })
    })
}

fn book() -> impl Strategy<Value = Command> {
    let drawn = (resource(), session(), any_span(), booking(), quantity());
    drawn.prop_map(|(resource, session, span, booking, quantity)| {
        Command::from(BookSlots {
            fingerprint: Some(fingerprint(&format!(
                "{resource} {session} {span} {quantity}"
            ))),
            resource,
            session,
            span,
            booking,
            attendee: attendee(),
            quantity,
        })
    })
}

fn reschedule() -> impl Strategy<Value = Command> {
    (booking(), any_span(), option::of(session())).prop_map(|(booking, span, session)| {
        Command::from(RescheduleBooking {
            booking,
            span,
            session,
        })
    })
}

fn put() -> impl Strategy<Value = Command> {
    (resource(), any_settings())
        .prop_map(|(resource, settings)| Command::from(PutResource { resource, settings }))
}

pub(crate) fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        24 => heartbeat(),
        4 => leave(),
        16 => book(),
        8 => reschedule(),
        4 => booking().prop_map(Command::CancelBooking),
        3 => put(),
        3 => except(),
        2 => remove_exception(),
        1 => resource().prop_map(Command::RetireResource),
    ]
}

/// Commands mostly close upon one another, now and then after all leases; every
/// third is one of the last few again. Each beat brings an id of its own for the
/// hold that it may place.
pub(crate) fn history() -> impl Strategy<Value = Vec<Step>> {
    let after_ms = prop_oneof![6 => 0..4_000_u64, 2 => 4_000..20_000_u64, 1 => Just(400_000_u64)];
    let again = option::weighted(0.3, 1..4_usize);
    vec((after_ms, any_command(), again), 1..60).prop_map(|steps| {
        let mut history: Vec<Step> = Vec::new();
        for (number, (after_ms, command, again)) in (0_u128..).zip(steps) {
            let earlier = again.and_then(|back| history.get(history.len().checked_sub(back)?));
            let mut command = earlier.map_or(command, |step| step.command.clone());
            if let Command::Heartbeat(beat) = &mut command {
                beat.new_hold = HoldId::new(Uuid::from_u128(number));
            }
            history.push(Step { after_ms, command });
        }
        history
    })
}
