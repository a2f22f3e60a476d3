//! Bookings: made by sessions, managed by their manage tokens.

mod attendee;
mod change;
mod create;
mod email;
mod fingerprint;
mod list;
mod read;

use axum::routing::get;
use domain::{
    booking::{BookingStatus, ConfirmedBooking},
    precondition::Version,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::etag::ETag;

use super::{
    Routes, unexpected,
    wire::{BookingName, ResourceName, Time, ends, seats_unless_one},
};

pub(crate) use change::{__path_cancel, __path_reschedule};
pub(crate) use create::__path_book;
pub(crate) use list::__path_list;
pub(super) use list::{Cursor, ListedBooking};
pub(crate) use read::{__path_read, find_booking};

pub(super) fn routes() -> Routes {
    let all = get(list::list).post(create::book);
    let one = get(read::read)
        .patch(change::reschedule)
        .delete(change::cancel);
    Routes::default()
        .at("/v1/bookings", all)
        .at("/v1/bookings/{bookingId}", one)
}

/// What names a booking's state.
fn tag(booking: &ConfirmedBooking) -> ETag {
    ETag::of_version(Version::of(booking))
}

/// Whether a booking has its slots.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BookingStatus)]
pub(crate) enum Status {
    /// It has.
    Confirmed,
    /// It let them go.
    Cancelled,
}

impl From<BookingStatus> for Status {
    fn from(status: BookingStatus) -> Self {
        match status {
            BookingStatus::Confirmed => Self::Confirmed,
            BookingStatus::Cancelled => Self::Cancelled,
        }
    }
}

/// What is booked, and when.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BookedSpan {
    booking_id: BookingName,
    resource_id: ResourceName,
    start: Time,
    /// Exclusive.
    end: Time,
    /// Minutes.
    duration: u32,
    /// How many seats it takes; absent for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    quantity: Option<u16>,
    status: Status,
    /// When it was made.
    confirmed_at: Time,
}

impl BookedSpan {
    /// The booking where it is now; where it was last, when cancelled.
    fn now(booking: &ConfirmedBooking) -> Self {
        let (start, end) = ends(booking.span);
        Self {
            booking_id: booking.id().into(),
            resource_id: booking.resource().clone().into(),
            start,
            end,
            duration: booking.span.length().minutes(),
            quantity: seats_unless_one(booking.quantity()),
            status: booking.status.into(),
            confirmed_at: booking.confirmed.confirmed_at.into(),
        }
    }
}
