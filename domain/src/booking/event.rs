use serde::{Deserialize, Serialize};

use crate::{
    calendar::{Buffers, SeatCount, Span, Timestamp},
    ids::{BookingId, ResourceId, SessionId},
};

/// What happened to a booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BookingEvent {
    /// It was made.
    BookingConfirmed(BookingConfirmed),
    /// It moved to another span of its resource.
    BookingRescheduled(BookingRescheduled),
    /// It was cancelled.
    BookingCancelled(BookingCancelled),
    /// Who it is for was erased.
    AttendeeErased(AttendeeErased),
}

/// Who a booking is for, encrypted under the booking's own key: base64 of an
/// AEAD's nonce and ciphertext. Without the key, which is kept apart from the
/// log, nobody can read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedAttendee(pub String);

/// A keyed hash of the request that made a booking: tells whether a request
/// under the same idempotency key is the same, and nothing else. Hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestFingerprint(pub String);

/// A booking was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingConfirmed {
    /// Its id, as in the stream's address.
    pub booking_id: BookingId,
    /// What was booked.
    pub resource_id: ResourceId,
    /// By whom.
    pub session_id: SessionId,
    /// For when.
    pub span: Span,
    /// What it keeps free beside that.
    #[serde(default, skip_serializing_if = "Buffers::is_none")]
    pub buffers: Buffers,
    /// How many seats of all that, wherever the booking moves.
    #[serde(default, skip_serializing_if = "SeatCount::is_one")]
    pub quantity: SeatCount,
    /// For whom.
    pub attendee: SealedAttendee,
    /// The request, when it came with an idempotency key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<RequestFingerprint>,
    /// When.
    pub confirmed_at: Timestamp,
}

/// A booking moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingRescheduled {
    /// Its id, as in the stream's address.
    pub booking_id: BookingId,
    /// Where it was.
    pub from: Span,
    /// Where it is.
    pub span: Span,
    /// What it keeps free beside that.
    #[serde(default, skip_serializing_if = "Buffers::is_none")]
    pub buffers: Buffers,
    /// When it moved.
    pub rescheduled_at: Timestamp,
}

/// A booking was cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingCancelled {
    /// Its id, as in the stream's address.
    pub booking_id: BookingId,
    /// What it let go of.
    pub span: Span,
    /// When.
    pub cancelled_at: Timestamp,
}

/// Who a booking is for is to be readable no more: its key is deleted, and nobody
/// tells the person from here on, whether or not that is done yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttendeeErased {
    /// Its id, as in the stream's address.
    pub booking_id: BookingId,
    /// When.
    pub erased_at: Timestamp,
}

impl BookingEvent {
    /// The event's type as stored: its variant's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::BookingConfirmed(_) => "BookingConfirmed",
            Self::BookingRescheduled(_) => "BookingRescheduled",
            Self::BookingCancelled(_) => "BookingCancelled",
            Self::AttendeeErased(_) => "AttendeeErased",
        }
    }

    /// The version in which the event is written now: the earliest that says all of it.
    pub const fn version(&self) -> &'static str {
        let (buffers, quantity) = match self {
            Self::BookingConfirmed(confirmed) => (confirmed.buffers, confirmed.quantity),
            Self::BookingRescheduled(moved) => (moved.buffers, SeatCount::ONE),
            Self::BookingCancelled(_) | Self::AttendeeErased(_) => (Buffers::NONE, SeatCount::ONE),
        };
        match (quantity.is_one(), buffers.is_none()) {
            (true, true) => "1.0",
            (true, false) => "1.1",
            (false, _) => "1.2",
        }
    }
}
