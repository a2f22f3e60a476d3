//! Commands as the rim would make them.

use std::num::NonZeroU16;

use domain::{
    booking::{ConfirmedBooking, RequestFingerprint, SealedAttendee},
    calendar::{SeatCount, SlotCount, Span, Timestamp},
    command::{
        AddExceptions, BookSlots, Command, Heartbeat, Leave, PutResource, RemoveException,
        RescheduleBooking,
    },
    decide::Outcome,
    hold::{Hold, Lease},
    hours::{Exception, Label, When},
    ids::{BookingId, ExceptionId, HoldId, IdempotencyKey, ResourceId, SessionId},
    partition::Partition,
    resource::ResourceSettings,
};
use uuid::Uuid;

use crate::cluster::random_id;

pub(crate) const STUDIO: &str = "studio-a";

/// 44 hours: Monday 14:00 to Wednesday 10:00.
pub(crate) const HIRE: u32 = 44 * 60;

pub(crate) const A: SessionId = SessionId::new(Uuid::from_u128(0xa));
pub(crate) const B: SessionId = SessionId::new(Uuid::from_u128(0xb));

pub(crate) fn session(number: u128) -> SessionId {
    SessionId::new(Uuid::from_u128(number))
}

/// `span("02T13:00", 60)` is an hour of Monday, 2040-01-02.
pub(crate) fn span(start: &str, minutes: u32) -> Span {
    let start = format!("2040-01-{start}:00Z").parse().unwrap();
    Span::new(start, SlotCount::from_minutes(minutes).unwrap()).unwrap()
}

/// Always open, with the shortest lease there is unless told otherwise.
pub(crate) fn settings(lease_ms: u32) -> ResourceSettings {
    let minutes = [15, 30, 60, 120, 300, 1440, HIRE];
    let fields = serde_json::json!({
        "name": "Studio",
        "timezone": "UTC",
        "durations": minutes,
        "leaseMs": lease_ms,
    });
    serde_json::from_value(fields).unwrap()
}

/// A resource whose holds outlive the test.
pub(crate) fn put(resource: &str) -> Command {
    put_with_lease(resource, 600_000)
}

pub(crate) fn put_with_lease(resource: &str, lease_ms: u32) -> Command {
    Command::PutResource(PutResource {
        resource: resource.parse().unwrap(),
        settings: settings(lease_ms),
    })
}

/// A resource of so many seats, whose holds outlive the test.
pub(crate) fn put_with_seats(resource: &str, seats: u16) -> Command {
    let mut fields = settings(600_000).fields().clone();
    fields.capacity = SeatCount::new(seats).unwrap();
    Command::PutResource(PutResource {
        resource: resource.parse().unwrap(),
        settings: fields.try_into().unwrap(),
    })
}

pub(crate) fn partition_of(resource: &str) -> Partition {
    let resource: ResourceId = resource.parse().unwrap();
    Partition::of(&resource, NonZeroU16::new(2).unwrap())
}

/// A booking under a key of its own.
pub(crate) fn book(resource: &str, session: SessionId, span: Span) -> Command {
    book_with_key(resource, session, span, &random_id().to_string())
}

/// A booking under `key`; its fingerprint tells the span, as the rim's tells
/// the whole request.
pub(crate) fn book_with_key(resource: &str, session: SessionId, span: Span, key: &str) -> Command {
    let key: IdempotencyKey = key.parse().unwrap();
    let resource: ResourceId = resource.parse().unwrap();
    let partition = partition_of(resource.as_str());
    Command::BookSlots(BookSlots {
        booking: BookingId::derive(partition, session, &resource, &key),
        resource,
        session,
        span,
        attendee: SealedAttendee("sealed".into()),
        fingerprint: Some(RequestFingerprint(span.to_string())),
        quantity: SeatCount::ONE,
    })
}

/// The same for so many seats; its fingerprint tells them.
pub(crate) fn of_seats(command: Command, seats: u16) -> Command {
    let quantity = SeatCount::new(seats).unwrap();
    match command {
        Command::BookSlots(book) => Command::BookSlots(BookSlots {
            fingerprint: Some(RequestFingerprint(format!("{} {quantity}", book.span))),
            quantity,
            ..book
        }),
        Command::Heartbeat(beat) => Command::Heartbeat(Heartbeat { quantity, ..beat }),
        other => panic!("no seats are asked for by {other:?}"),
    }
}

pub(crate) fn beat(resource: &str, session: SessionId, span: Span) -> Command {
    Command::Heartbeat(Heartbeat {
        resource: resource.parse().unwrap(),
        session,
        span,
        lease: Lease::Presence,
        renew: None,
        new_hold: HoldId::new(random_id()),
        quantity: SeatCount::ONE,
    })
}

/// A beat that only renews.
pub(crate) fn renew(hold: &Hold) -> Command {
    Command::Heartbeat(Heartbeat {
        resource: hold.resource.clone(),
        session: hold.session,
        span: hold.span,
        lease: hold.lease,
        renew: Some(hold.id),
        new_hold: HoldId::new(random_id()),
        quantity: hold.quantity,
    })
}

pub(crate) fn leave(resource: &str, session: SessionId) -> Command {
    Command::Leave(Leave {
        resource: resource.parse().unwrap(),
        session,
        hold: None,
    })
}

pub(crate) fn reschedule(booking: BookingId, span: Span) -> Command {
    Command::RescheduleBooking(RescheduleBooking {
        booking,
        span,
        session: None,
    })
}

#[track_caller]
pub(crate) fn held(outcome: Outcome) -> Hold {
    match outcome {
        Outcome::Held(hold) => hold,
        other => panic!("no hold: {other:?}"),
    }
}

/// The booking, and whether the answer is a replay.
#[track_caller]
pub(crate) fn booked(outcome: Outcome) -> (ConfirmedBooking, bool) {
    match outcome {
        Outcome::Booked { booking, replayed } => (*booking, replayed),
        other => panic!("no booking: {other:?}"),
    }
}

fn exception_id(number: u64) -> ExceptionId {
    ExceptionId::derive(&["drawn", &number.to_string()])
}

/// A closure from a few minutes before a span to some after its start.
pub(crate) fn except(name: &str, number: u64, span: Span) -> Command {
    let when = When::Stretch {
        from: Timestamp::from_ms(span.start().ms() - 7 * 60_000).unwrap(),
        to: span.start().plus_ms(20 * 60_000),
    };
    let label = Label::new("Maintenance").unwrap();
    Command::AddExceptions(AddExceptions {
        resource: name.parse().unwrap(),
        exceptions: vec![Exception::new(exception_id(number), label, when).unwrap()],
    })
}

pub(crate) fn remove_exception(name: &str, number: u64) -> Command {
    Command::RemoveException(RemoveException {
        resource: name.parse().unwrap(),
        exception: exception_id(number),
    })
}
