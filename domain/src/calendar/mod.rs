//! Quarter hours, UTC days, masks of a day and spans over days.
//!
//! Everything here counts in quarter hours of UTC. Local time appears only in
//! [`crate::hours`], where opening hours become masks.

mod day;
mod digits;
mod duration;
mod extent;
mod mask;
mod seat_count;
mod seats;
mod slot;
mod span;
mod timestamp;

pub use day::Day;
pub use duration::SlotCount;
pub use extent::{BUFFER_MINUTES_MAX, BUFFER_SLOTS_MAX, Buffers, Extent, Taken};
pub use mask::{MaskParseError, SlotMask};
pub use seat_count::{SEATS_MAX, SeatCount};
pub use seats::{Seats, SeatsParseError};
pub use slot::SlotIndex;
pub use span::Span;
pub use timestamp::Timestamp;

/// Quarter hours in a UTC day.
pub const SLOTS_PER_DAY: u8 = 96;

/// Minutes in a slot: the quantum of everything bookable.
pub const SLOT_MINUTES: u32 = 15;

/// Milliseconds in a slot.
pub const SLOT_MS: i64 = SLOT_MINUTES as i64 * 60_000;

/// The longest span, in days. A hold or a booking of a month is the largest
/// transaction a command may ask for: 31 resource-days and a booking.
pub const SPAN_DAYS_MAX: u16 = 31;

/// Why a value is not a point or a stretch of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// A slot index of 96 or more.
    #[error("slot {0} is not in 0-95")]
    SlotOutOfRange(u8),
    /// Text that is not an ISO date of the years 1970 to 9999.
    #[error("not a date like 2026-11-24, from 1970-01-01 to 9999-12-31")]
    NotADate,
    /// Text that is not an RFC 3339 instant of the years 1970 to 9999, to the
    /// millisecond.
    #[error(
        "not a time like 2026-11-24T13:00:00.000Z, to the millisecond, in the years 1970 to 9999"
    )]
    NotATime,
    /// An instant between two quarter hours.
    #[error("{0} is not on a quarter hour")]
    NotAligned(Timestamp),
    /// A duration that is no multiple of 15 minutes, or zero.
    #[error("{minutes} minutes is not a positive multiple of 15")]
    NotWholeSlots {
        /// The minutes that were asked for.
        minutes: u32,
    },
    /// A buffer that is no multiple of 15 minutes, or above a day.
    #[error("{minutes} minutes is not a multiple of 15 from 0 to 1440")]
    NotABuffer {
        /// The minutes that were asked for.
        minutes: u32,
    },
    /// A duration above [`SPAN_DAYS_MAX`] days.
    #[error("{minutes} minutes is more than 31 days")]
    TooLong {
        /// The minutes that were asked for.
        minutes: u32,
    },
}
