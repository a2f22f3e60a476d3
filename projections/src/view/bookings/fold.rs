use std::collections::BTreeMap;

use domain::{
    booking::{BookingConfirmed, BookingEvent, BookingStatus},
    calendar::{Extent, Timestamp},
    ids::BookingId,
};
use eventlog::Position;

use crate::view::{Fact, ViewEvent};

/// What a batch does to the row of a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::view) struct BookingChange<'a> {
    /// The booking was made in this batch.
    pub(super) confirmed: Option<&'a BookingConfirmed>,
    /// What it takes, when that is new.
    pub(super) extent: Option<Extent>,
    /// Whether it stands, when that is new.
    pub(super) status: Option<BookingStatus>,
    pub(super) changed_at: Timestamp,
    pub(super) position: Position,
}

/// The changed bookings in the order of their ids.
pub(in crate::view) type Changes<'a> = BTreeMap<BookingId, BookingChange<'a>>;

/// Folds a batch.
pub(in crate::view) fn fold<'a>(events: impl Iterator<Item = ViewEvent<'a>>) -> Changes<'a> {
    let mut changes = Changes::new();
    for recorded in events {
        let Fact::Booking(event) = recorded.fact else {
            continue;
        };
        let (id, change) = change(event, recorded.position);
        let before = changes.get(&id).copied();
        let after = match before {
            // What made it again would make it from nothing.
            Some(before) if change.confirmed.is_none() => BookingChange {
                confirmed: before.confirmed,
                extent: change.extent.or(before.extent),
                status: change.status.or(before.status),
                ..change
            },
            _ => change,
        };
        changes.insert(id, after);
    }
    changes
}

/// What one event does.
fn change(event: &BookingEvent, position: Position) -> (BookingId, BookingChange<'_>) {
    match event {
        BookingEvent::BookingConfirmed(confirmed) => (
            confirmed.booking_id,
            BookingChange {
                confirmed: Some(confirmed),
                extent: Some(Extent::new(confirmed.span, confirmed.buffers)),
                status: Some(BookingStatus::Confirmed),
                changed_at: confirmed.confirmed_at,
                position,
            },
        ),
        BookingEvent::BookingRescheduled(moved) => (
            moved.booking_id,
            BookingChange {
                confirmed: None,
                extent: Some(Extent::new(moved.span, moved.buffers)),
                status: None,
                changed_at: moved.rescheduled_at,
                position,
            },
        ),
        BookingEvent::BookingCancelled(cancelled) => (
            cancelled.booking_id,
            BookingChange {
                confirmed: None,
                extent: None,
                status: Some(BookingStatus::Cancelled),
                changed_at: cancelled.cancelled_at,
                position,
            },
        ),
        BookingEvent::AttendeeErased(erased) => (
            erased.booking_id,
            BookingChange {
                confirmed: None,
                extent: None,
                status: None,
                changed_at: erased.erased_at,
                position,
            },
        ),
    }
}
