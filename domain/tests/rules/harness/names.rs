//! Short names for the values that tests are about.

use domain::{
    booking::{RequestFingerprint, SealedAttendee},
    calendar::{Day, SeatCount, SlotCount, Span, Timestamp},
    command::{BookSlots, Command, Heartbeat, Leave, PutResource, RescheduleBooking},
    hold::Lease,
    hours::Exception,
    ids::{BookingId, ExceptionId, HoldId, ResourceId, SessionId},
    partition::Partition,
    resource::{ResourceSettings, Terms},
};
use uuid::Uuid;

/// Two visitors.
pub(crate) const A: SessionId = SessionId::new(Uuid::from_u128(0xa));
pub(crate) const B: SessionId = SessionId::new(Uuid::from_u128(0xb));

/// A Monday before everything that tests book.
pub(crate) const NOW: &str = "2026-11-23T09:00:00Z";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(crate) fn minutes(minutes: u32) -> SlotCount {
    SlotCount::from_minutes(minutes).unwrap()
}

/// A span from a minute of UTC like `2026-11-24T13:00`.
pub(crate) fn span(start: &str, length: u32) -> Span {
    Span::new(at(&format!("{start}:00Z")), minutes(length)).unwrap()
}

pub(crate) fn hold_id(number: u128) -> HoldId {
    HoldId::new(Uuid::from_u128(number))
}

pub(crate) fn booking_id(number: u8) -> BookingId {
    BookingId::from_bits(Partition::new(1), [number; 16])
}

pub(crate) fn exception_id(number: u8) -> ExceptionId {
    let base = Uuid::from_u128(0x018f_3a1e_9d2b_7c44_8f10_3a5b_6c7d_8e90);
    ExceptionId::new(Uuid::from_u128(base.as_u128() + u128::from(number)))
}

/// An exception that is when `when` says, in the form in which it is written down.
pub(crate) fn exception(number: u8, label: &str, when: &serde_json::Value) -> Exception {
    let mut fields = serde_json::json!({ "exceptionId": exception_id(number), "label": label });
    let when = when.as_object().unwrap().clone();
    fields.as_object_mut().unwrap().extend(when);
    serde_json::from_value(fields).unwrap()
}

pub(crate) fn studio_a() -> ResourceId {
    "studio-a".parse().unwrap()
}

pub(crate) fn studio_b() -> ResourceId {
    "studio-b".parse().unwrap()
}

/// One, two, five and 44 hours; always open; of UTC; leases by default.
pub(crate) fn settings() -> ResourceSettings {
    settings_with(&serde_json::json!({}))
}

/// What a resource with these settings goes by, without exceptions.
pub(crate) fn terms(settings: ResourceSettings) -> Terms {
    Terms::new(settings)
}

/// [`settings`] with other values for some fields.
pub(crate) fn settings_with(changes: &serde_json::Value) -> ResourceSettings {
    let mut fields = serde_json::json!({
        "name": "Studio",
        "timezone": "UTC",
        "durations": [60, 120, 300, 2640],
    });
    let changes = changes.as_object().unwrap().clone();
    fields.as_object_mut().unwrap().extend(changes);
    serde_json::from_value(fields).unwrap()
}

pub(crate) fn attendee() -> SealedAttendee {
    SealedAttendee("c2VhbGVk".into())
}

pub(crate) fn fingerprint(text: &str) -> RequestFingerprint {
    RequestFingerprint(text.into())
}

/// A beat for `span` of studio-a; a hold that it places is number 9.
pub(crate) fn beat(session: SessionId, span: Span) -> Heartbeat {
    Heartbeat {
        resource: studio_a(),
        session,
        span,
        lease: Lease::Presence,
        renew: None,
        new_hold: hold_id(9),
        quantity: SeatCount::ONE,
    }
}

/// A beat that only renews this hold.
pub(crate) fn renewal(session: SessionId, span: Span, hold: u128) -> Heartbeat {
    Heartbeat {
        renew: Some(hold_id(hold)),
        ..beat(session, span)
    }
}

pub(crate) fn checkout(beat: Heartbeat) -> Heartbeat {
    Heartbeat {
        lease: Lease::Checkout,
        ..beat
    }
}

pub(crate) fn leave(session: SessionId, hold: Option<u128>) -> Leave {
    Leave {
        resource: studio_a(),
        session,
        hold: hold.map(hold_id),
    }
}

/// A booking of studio-a under a key, number 9.
pub(crate) fn book(session: SessionId, span: Span) -> BookSlots {
    BookSlots {
        resource: studio_a(),
        session,
        span,
        booking: booking_id(9),
        attendee: attendee(),
        fingerprint: Some(fingerprint("the same")),
        quantity: SeatCount::ONE,
    }
}

pub(crate) fn reschedule(booking: u8, span: Span, session: Option<SessionId>) -> RescheduleBooking {
    RescheduleBooking {
        booking: booking_id(booking),
        span,
        session,
    }
}

pub(crate) fn cancel(booking: u8) -> Command {
    Command::CancelBooking(booking_id(booking))
}

pub(crate) fn put(settings: ResourceSettings) -> PutResource {
    PutResource {
        resource: studio_a(),
        settings,
    }
}
