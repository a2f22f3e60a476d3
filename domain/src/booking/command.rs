use crate::calendar::{Extent, Timestamp};

use super::BookingConfirmed;

/// What can be asked of one booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BookingCommand {
    /// Make it.
    Confirm(BookingConfirmed),
    /// Move it to another span.
    Reschedule {
        /// Where to.
        extent: Extent,
        /// The time of the decision.
        now: Timestamp,
    },
    /// Cancel it.
    Cancel {
        /// The time of the decision.
        now: Timestamp,
    },
    /// Erase who it is for.
    Erase {
        /// The time of the decision.
        now: Timestamp,
    },
}
