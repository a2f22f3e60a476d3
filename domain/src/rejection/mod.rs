//! Refusals: which rule said no, and about which slots.

mod conflicts;
mod kind;

use crate::{
    calendar::{SeatCount, SlotCount, Span, Timestamp},
    hours::EXCEPTIONS_MAX,
    ids::{BookingId, HoldId, ResourceId},
};

pub use conflicts::Conflicts;
pub use kind::{About, Ground, RejectionKind};

/// Why a command was refused. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Nobody registered the resource.
    #[error("there is no resource {0}")]
    ResourceUnknown(ResourceId),
    /// The resource takes no more holds and bookings.
    #[error("resource {0} is retired")]
    ResourceRetired(ResourceId),
    /// The resource would carry more exceptions to its hours than it may.
    #[error("resource {0} would carry more than {EXCEPTIONS_MAX} exceptions to its hours")]
    TooManyExceptions(ResourceId),
    /// The span begins before now.
    #[error("{start} has passed")]
    Past {
        /// Where it begins; where it would end, of a booking that has begun and is to end
        /// earlier.
        start: Timestamp,
    },
    /// The resource does not offer this duration.
    #[error("the resource does not offer {duration}")]
    DurationNotOffered {
        /// What was asked for.
        duration: SlotCount,
        /// What it offers, ascending.
        offered: Vec<SlotCount>,
    },
    /// The resource does not have as many seats.
    #[error("the resource has {capacity} at a time, and {quantity} were asked for")]
    QuantityNotOffered {
        /// How many were asked for.
        quantity: SeatCount,
        /// How many it has in each quarter hour.
        capacity: SeatCount,
    },
    /// The resource is closed in part of the span.
    #[error("the resource is closed: {conflicts}")]
    Closed {
        /// The closed parts, ascending.
        conflicts: Conflicts,
    },
    /// In slots of the span, bookings leave fewer seats than were asked for.
    #[error("slots are booked: {conflicts}")]
    Booked {
        /// The booked parts, ascending.
        conflicts: Conflicts,
    },
    /// In slots of the span, other sessions' holds take what bookings leave.
    #[error("slots are held by another session: {conflicts}")]
    HeldByOther {
        /// The held parts, ascending.
        conflicts: Conflicts,
    },
    /// Slots of the span or of its buffers are others', or kept free by their buffers.
    #[error("slots are kept free between bookings: {conflicts}")]
    Buffer {
        /// The slots that both would take, ascending; some may lie beside the span.
        conflicts: Conflicts,
    },
    /// The hold has ended, or never was this session's.
    #[error("the hold is no longer this session's")]
    HoldLost {
        /// The hold that was named.
        hold_id: HoldId,
    },
    /// The hold covers another span than the beat names, or takes other seats.
    #[error("the hold covers {held}, {quantity}")]
    HoldMismatch {
        /// What it covers.
        held: Span,
        /// How many seats of that.
        quantity: SeatCount,
    },
    /// There is no such booking.
    #[error("there is no booking {0}")]
    BookingUnknown(BookingId),
    /// The booking was cancelled.
    #[error("booking {0} is cancelled")]
    BookingCancelled(BookingId),
    /// The booking is over.
    #[error("booking {booking_id} ended at {end}")]
    BookingEnded {
        /// Which.
        booking_id: BookingId,
        /// When.
        end: Timestamp,
    },
    /// What is to change is not in the state that whoever asks has seen.
    #[error("it is not in the state that is asked for")]
    NotAsSeen,
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
}

impl Rejection {
    /// Which rule refused.
    pub const fn kind(&self) -> RejectionKind {
        match self {
            Self::ResourceUnknown(_) => RejectionKind::ResourceUnknown,
            Self::ResourceRetired(_) => RejectionKind::ResourceRetired,
            Self::TooManyExceptions(_) => RejectionKind::TooManyExceptions,
            Self::Past { .. } => RejectionKind::Past,
            Self::DurationNotOffered { .. } => RejectionKind::DurationNotOffered,
            Self::QuantityNotOffered { .. } => RejectionKind::QuantityNotOffered,
            Self::Closed { .. } => RejectionKind::Closed,
            Self::Booked { .. } => RejectionKind::Booked,
            Self::HeldByOther { .. } => RejectionKind::HeldByOther,
            Self::Buffer { .. } => RejectionKind::Buffer,
            Self::HoldLost { .. } => RejectionKind::HoldLost,
            Self::HoldMismatch { .. } => RejectionKind::HoldMismatch,
            Self::BookingUnknown(_) => RejectionKind::BookingUnknown,
            Self::BookingCancelled(_) => RejectionKind::BookingCancelled,
            Self::BookingEnded { .. } => RejectionKind::BookingEnded,
            Self::NotAsSeen => RejectionKind::NotAsSeen,
            Self::KeyReused => RejectionKind::KeyReused,
        }
    }

    /// A stable name for the rule, as problem details and metrics carry it.
    pub const fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// The parts of the span, or of its buffers, that stood in the way: where the kind is
    /// [about](RejectionKind::about) slots, and nowhere else.
    pub const fn conflicts(&self) -> Option<&Conflicts> {
        match self {
            Self::Closed { conflicts }
            | Self::Booked { conflicts }
            | Self::HeldByOther { conflicts }
            | Self::Buffer { conflicts } => Some(conflicts),
            Self::ResourceUnknown(_)
            | Self::ResourceRetired(_)
            | Self::TooManyExceptions(_)
            | Self::Past { .. }
            | Self::DurationNotOffered { .. }
            | Self::QuantityNotOffered { .. }
            | Self::HoldLost { .. }
            | Self::HoldMismatch { .. }
            | Self::BookingUnknown(_)
            | Self::BookingCancelled(_)
            | Self::BookingEnded { .. }
            | Self::NotAsSeen
            | Self::KeyReused => None,
        }
    }
}
