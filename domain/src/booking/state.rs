use serde::{Deserialize, Serialize};

use crate::{
    calendar::{Buffers, Extent, SeatCount, Span, Timestamp},
    ids::{BookingId, ResourceId, SessionId},
};

use super::{BookingConfirmed, BookingEvent, RequestFingerprint, SealedAttendee};

/// Whether a booking still has its slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BookingStatus {
    /// It has.
    Confirmed,
    /// It let them go.
    Cancelled,
}

/// A booking that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmedBooking {
    /// How it was made: the first answer to its request.
    pub confirmed: BookingConfirmed,
    /// Where it is now; where it was last, when cancelled.
    pub span: Span,
    /// What it keeps free beside that.
    #[serde(default, skip_serializing_if = "Buffers::is_none")]
    pub buffers: Buffers,
    /// Whether it stands.
    pub status: BookingStatus,
    /// How many events made it what it is.
    pub revision: u64,
    /// When who it is for was erased; absent while that may be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
}

impl ConfirmedBooking {
    /// Its id.
    pub const fn id(&self) -> BookingId {
        self.confirmed.booking_id
    }

    /// What it books.
    pub const fn resource(&self) -> &ResourceId {
        &self.confirmed.resource_id
    }

    /// Who made it.
    pub const fn session(&self) -> SessionId {
        self.confirmed.session_id
    }

    /// For whom.
    pub const fn attendee(&self) -> &SealedAttendee {
        &self.confirmed.attendee
    }

    /// Whether who it is for must not be told any more.
    pub const fn is_erased(&self) -> bool {
        self.erased_at.is_some()
    }

    /// The request that made it.
    pub const fn fingerprint(&self) -> Option<&RequestFingerprint> {
        self.confirmed.fingerprint.as_ref()
    }

    /// How many seats it takes.
    pub const fn quantity(&self) -> SeatCount {
        self.confirmed.quantity
    }

    /// All that it takes.
    pub fn extent(&self) -> Extent {
        Extent::new(self.span, self.buffers).seats(self.quantity())
    }

    /// Whether it still has its slots.
    pub fn stands(&self) -> bool {
        self.status == BookingStatus::Confirmed
    }
}

/// A booking, folded from its stream; nothing until it is confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Booking(Option<ConfirmedBooking>);

impl Booking {
    /// The booking, if it was ever made.
    pub const fn get(&self) -> Option<&ConfirmedBooking> {
        self.0.as_ref()
    }

    /// Folds one event. Total: history is never refused.
    pub fn evolve(&mut self, event: &BookingEvent) {
        match (event, &mut self.0) {
            (BookingEvent::BookingConfirmed(confirmed), state) => {
                *state = Some(ConfirmedBooking {
                    confirmed: confirmed.clone(),
                    span: confirmed.span,
                    buffers: confirmed.buffers,
                    status: BookingStatus::Confirmed,
                    revision: 0,
                    erased_at: None,
                });
            }
            (BookingEvent::BookingRescheduled(moved), Some(booking)) => {
                (booking.span, booking.buffers) = (moved.span, moved.buffers);
            }
            (BookingEvent::BookingCancelled(_), Some(booking)) => {
                booking.status = BookingStatus::Cancelled;
            }
            (BookingEvent::AttendeeErased(erased), Some(booking)) => {
                booking.erased_at = Some(erased.erased_at);
            }
            (_, None) => {}
        }
        if let Some(booking) = &mut self.0 {
            booking.revision += 1;
        }
    }
}
