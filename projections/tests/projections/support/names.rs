//! Short names for the values that tests are about.

use std::ops::RangeInclusive;

use domain::{
    booking::SealedAttendee,
    calendar::{Day, SeatCount, SlotCount, Span, Timestamp},
    command::{BookSlots, Command, Heartbeat, Leave, PutResource, RescheduleBooking},
    hold::Lease,
    ids::{BookingId, HoldId, ResourceId, SessionId},
    partition::Partition,
};
use eventlog::Position;
use uuid::Uuid;

/// Two visitors.
pub(crate) const A: SessionId = SessionId::new(Uuid::from_u128(0xa));
pub(crate) const B: SessionId = SessionId::new(Uuid::from_u128(0xb));

/// A Monday, before everything that tests book.
pub(crate) const NOW: &str = "2026-11-23T09:00:00Z";

/// The Tuesday that most tests are about.
pub(crate) const TUESDAY: &str = "2026-11-24";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(crate) fn days(first: &str, last: &str) -> RangeInclusive<Day> {
    day(first)..=day(last)
}

pub(crate) fn tuesday() -> RangeInclusive<Day> {
    days(TUESDAY, TUESDAY)
}

/// A span from a minute of UTC like `2026-11-24T13:00`.
pub(crate) fn span(start: &str, minutes: u32) -> Span {
    let length = SlotCount::from_minutes(minutes).unwrap();
    Span::new(at(&format!("{start}:00Z")), length).unwrap()
}

pub(crate) fn studio_a() -> ResourceId {
    "studio-a".parse().unwrap()
}

pub(crate) fn studio_b() -> ResourceId {
    "studio-b".parse().unwrap()
}

pub(crate) fn hold_id(number: u128) -> HoldId {
    HoldId::new(Uuid::from_u128(number))
}

/// A booking of studio-a, in tests' logs of one partition.
pub(crate) fn booking_id(number: u8) -> BookingId {
    BookingId::from_bits(Partition::new(0), [number; 16])
}

pub(crate) fn position(number: u64) -> Position {
    Position::new(number)
}

/// The resource with a name of its own; open always; leases by default.
pub(crate) fn put(resource: &ResourceId, name: &str) -> Command {
    put_with(resource, name, (0, 0), 1)
}

/// The same with these minutes kept free before and after each span, and so many seats;
/// how many are left is shown where there are several.
pub(crate) fn put_with(
    resource: &ResourceId,
    name: &str,
    (before, after): (u32, u32),
    capacity: u16,
) -> Command {
    let settings = serde_json::json!({
        "capacity": capacity,
        "showSeatsLeft": capacity > 2,
        "bufferBefore": before,
        "bufferAfter": after,
        "name": name,
        "timezone": "UTC",
        "durations": [15, 60, 120, 300, 2640],
    });
    Command::PutResource(PutResource {
        resource: resource.clone(),
        settings: serde_json::from_value(settings).unwrap(),
    })
}

/// A beat for a span of studio-a; a hold that it places has this number.
pub(crate) fn hold(session: SessionId, span: Span, number: u128) -> Command {
    Command::Heartbeat(Heartbeat {
        resource: studio_a(),
        session,
        span,
        lease: Lease::Presence,
        renew: None,
        new_hold: hold_id(number),
        quantity: SeatCount::ONE,
    })
}

pub(crate) fn leave(session: SessionId) -> Command {
    Command::Leave(Leave {
        resource: studio_a(),
        session,
        hold: None,
    })
}

/// The same for so many seats.
pub(crate) fn of_seats(command: Command, seats: u16) -> Command {
    let quantity = SeatCount::new(seats).unwrap();
    match command {
        Command::BookSlots(book) => Command::BookSlots(BookSlots { quantity, ..book }),
        Command::Heartbeat(beat) => Command::Heartbeat(Heartbeat { quantity, ..beat }),
        other => panic!("no seats are asked for by {other:?}"),
    }
}

/// Books a span of studio-a.
pub(crate) fn book(session: SessionId, span: Span, number: u8) -> Command {
    book_of(&studio_a(), session, span, booking_id(number))
}

pub(crate) fn book_of(
    resource: &ResourceId,
    session: SessionId,
    span: Span,
    booking: BookingId,
) -> Command {
    Command::BookSlots(BookSlots {
        resource: resource.clone(),
        session,
        span,
        booking,
        attendee: SealedAttendee("c2VhbGVk".into()),
        fingerprint: None,
        quantity: SeatCount::ONE,
    })
}

pub(crate) fn cancel(number: u8) -> Command {
    Command::CancelBooking(booking_id(number))
}

pub(crate) fn reschedule(number: u8, span: Span) -> Command {
    Command::RescheduleBooking(RescheduleBooking {
        booking: booking_id(number),
        span,
        session: None,
    })
}
