//! What happened: events of all the days they touch, as one command appends them.

use domain::{
    booking::{
        AttendeeErased, BookingCancelled, BookingConfirmed, BookingEvent, BookingRescheduled,
    },
    calendar::{Buffers, SeatCount, SlotMask, Span, Timestamp},
    event::StreamEvent,
    hold::{Hold, Lease},
    ids::{ResourceId, SessionId},
    resource::{
        ExceptionAdded, ExceptionRemoved, ResourceEvent, ResourceRegistered, ResourceRetired,
        ResourceSettings,
    },
    resource_day::{
        FreedReason, HoldConsumed, HoldExpired, HoldPlaced, HoldReleased, HoldRenewed,
        ReleaseReason, ResourceDayEvent, SlotsBooked, SlotsFreed,
    },
    stream::StreamId,
};

use super::{
    NOW, at, attendee, booking_id, exception, exception_id, fingerprint, hold_id, settings,
    studio_a, studio_b,
};

/// One event on each day of `span`.
fn on_days(
    resource: &ResourceId,
    span: Span,
    event: impl Fn(SlotMask) -> ResourceDayEvent,
) -> Vec<StreamEvent> {
    span.days()
        .map(|(day, slots)| {
            let stream = StreamId::ResourceDay(resource.clone(), day);
            (stream, event(slots).into())
        })
        .collect()
}

pub(crate) fn registered(resource: &ResourceId, settings: ResourceSettings) -> Vec<StreamEvent> {
    let event = ResourceEvent::ResourceRegistered(ResourceRegistered {
        settings,
        registered_at: at("2026-01-01T00:00:00Z"),
    });
    vec![(StreamId::Resource(resource.clone()), event.into())]
}

/// Both studios were registered.
pub(crate) fn studios() -> Vec<StreamEvent> {
    let mut events = registered(&studio_a(), settings());
    events.extend(registered(&studio_b(), settings()));
    events
}

/// studio-a was registered with these settings.
pub(crate) fn studio(settings: ResourceSettings) -> Vec<StreamEvent> {
    registered(&studio_a(), settings)
}

pub(crate) fn retired(time: &str) -> Vec<StreamEvent> {
    let event = ResourceEvent::ResourceRetired(ResourceRetired {
        retired_at: at(time),
    });
    vec![(StreamId::Resource(studio_a()), event.into())]
}

/// An exception was added to studio-a.
pub(crate) fn excepted(number: u8, label: &str, when: &serde_json::Value) -> Vec<StreamEvent> {
    let event = ResourceEvent::ExceptionAdded(ExceptionAdded {
        exception: exception(number, label, when),
        added_at: at(NOW),
    });
    vec![(StreamId::Resource(studio_a()), event.into())]
}

/// An exception of studio-a was taken out.
pub(crate) fn no_longer_excepted(number: u8) -> Vec<StreamEvent> {
    let event = ResourceEvent::ExceptionRemoved(ExceptionRemoved {
        exception_id: exception_id(number),
        removed_at: at(NOW),
    });
    vec![(StreamId::Resource(studio_a()), event.into())]
}

/// A presence hold of studio-a under the default settings.
pub(crate) fn hold(number: u128, session: SessionId, span: Span, placed_at: &str) -> Hold {
    let placed_at = at(placed_at);
    Hold {
        id: hold_id(number),
        resource: studio_a(),
        session,
        span,
        lease: Lease::Presence,
        placed_at,
        renewed_at: placed_at,
        lease_expires_at: placed_at.plus_ms(10_000),
        renewable_until: placed_at.plus_ms(900_000),
        renewals: 0,
        buffers: Buffers::NONE,
        quantity: SeatCount::ONE,
    }
}

pub(crate) fn placed(hold: &Hold) -> Vec<StreamEvent> {
    on_days(&hold.resource, hold.span, |slots| {
        ResourceDayEvent::HoldPlaced(HoldPlaced {
            hold_id: hold.id,
            session_id: hold.session,
            span: hold.span,
            slots,
            lease: hold.lease,
            placed_at: hold.placed_at,
            lease_expires_at: hold.lease_expires_at,
            renewable_until: hold.renewable_until,
            buffer: SlotMask::EMPTY,
            buffers: Buffers::NONE,
            quantity: SeatCount::ONE,
        })
    })
}

/// A session holds a span of studio-a.
pub(crate) fn held(
    number: u128,
    session: SessionId,
    span: Span,
    placed_at: &str,
) -> Vec<StreamEvent> {
    placed(&hold(number, session, span, placed_at))
}

/// The hold as it is after a renewal.
pub(crate) fn renewed_hold(hold: &Hold, lease: Lease, time: &str, until: Timestamp) -> Hold {
    Hold {
        lease,
        renewed_at: at(time),
        lease_expires_at: until,
        renewals: hold.renewals + 1,
        ..hold.clone()
    }
}

/// The renewal that made the hold what it is: on its first day alone.
pub(crate) fn renewed(hold: &Hold) -> Vec<StreamEvent> {
    let event = ResourceDayEvent::HoldRenewed(HoldRenewed {
        hold_id: hold.id,
        lease: hold.lease,
        renewed_at: hold.renewed_at,
        lease_expires_at: hold.lease_expires_at,
    });
    let stream = StreamId::ResourceDay(hold.resource.clone(), hold.span.first_day());
    vec![(stream, event.into())]
}

pub(crate) fn released(hold: &Hold, reason: ReleaseReason) -> Vec<StreamEvent> {
    on_days(&hold.resource, hold.span, |slots| {
        ResourceDayEvent::HoldReleased(HoldReleased {
            hold_id: hold.id,
            slots,
            reason,
            lease_expires_at: hold.lease_expires_at,
            renewals: hold.renewals,
        })
    })
}

pub(crate) fn expired(hold: &Hold) -> Vec<StreamEvent> {
    on_days(&hold.resource, hold.span, |slots| {
        ResourceDayEvent::HoldExpired(HoldExpired {
            hold_id: hold.id,
            slots,
            lease_expires_at: hold.lease_expires_at,
            renewals: hold.renewals,
        })
    })
}

pub(crate) fn consumed(hold: &Hold, booking: u8) -> Vec<StreamEvent> {
    on_days(&hold.resource, hold.span, |slots| {
        ResourceDayEvent::HoldConsumed(HoldConsumed {
            hold_id: hold.id,
            slots,
            booking_id: booking_id(booking),
            lease_expires_at: hold.lease_expires_at,
            renewals: hold.renewals,
        })
    })
}

pub(crate) fn slots_booked(booking: u8, span: Span) -> Vec<StreamEvent> {
    let booking_id = booking_id(booking);
    on_days(&studio_a(), span, |slots| {
        ResourceDayEvent::SlotsBooked(SlotsBooked {
            booking_id,
            slots,
            buffer: SlotMask::EMPTY,
            quantity: SeatCount::ONE,
        })
    })
}

pub(crate) fn slots_freed(booking: u8, span: Span, reason: FreedReason) -> Vec<StreamEvent> {
    let booking_id = booking_id(booking);
    on_days(&studio_a(), span, |slots| {
        ResourceDayEvent::SlotsFreed(SlotsFreed {
            booking_id,
            slots,
            reason,
            buffer: SlotMask::EMPTY,
            quantity: SeatCount::ONE,
        })
    })
}

fn on_booking(booking: u8, event: BookingEvent) -> Vec<StreamEvent> {
    vec![(StreamId::Booking(booking_id(booking)), event.into())]
}

pub(crate) fn confirmation(
    booking: u8,
    session: SessionId,
    span: Span,
    time: &str,
) -> BookingConfirmed {
    BookingConfirmed {
        booking_id: booking_id(booking),
        resource_id: studio_a(),
        session_id: session,
        span,
        attendee: attendee(),
        fingerprint: Some(fingerprint("the same")),
        confirmed_at: at(time),
        buffers: Buffers::NONE,
        quantity: SeatCount::ONE,
    }
}

/// A session booked a span of studio-a.
pub(crate) fn booked(booking: u8, session: SessionId, span: Span, time: &str) -> Vec<StreamEvent> {
    let mut events = slots_booked(booking, span);
    let confirmed = confirmation(booking, session, span, time);
    events.extend(on_booking(
        booking,
        BookingEvent::BookingConfirmed(confirmed),
    ));
    events
}

pub(crate) fn rescheduled(booking: u8, from: Span, span: Span, time: &str) -> Vec<StreamEvent> {
    let moved = BookingRescheduled {
        booking_id: booking_id(booking),
        from,
        span,
        rescheduled_at: at(time),
        buffers: Buffers::NONE,
    };
    on_booking(booking, BookingEvent::BookingRescheduled(moved))
}

pub(crate) fn cancelled(booking: u8, span: Span, time: &str) -> Vec<StreamEvent> {
    let cancelled = BookingCancelled {
        booking_id: booking_id(booking),
        span,
        cancelled_at: at(time),
    };
    on_booking(booking, BookingEvent::BookingCancelled(cancelled))
}

pub(crate) fn erased(booking: u8, time: &str) -> Vec<StreamEvent> {
    let erased = AttendeeErased {
        booking_id: booking_id(booking),
        erased_at: at(time),
    };
    on_booking(booking, BookingEvent::AttendeeErased(erased))
}
