use crate::{
    calendar::{SlotMask, Timestamp},
    hold::Hold,
    ids::{BookingId, HoldId, SessionId},
};

use super::{FreedReason, HoldPlaced, HoldRenewed, ReleaseReason};

/// What can be asked of one day. Commands over several days are made of these
/// by [`crate::decide`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceDayCommand {
    /// Place this hold.
    PlaceHold(HoldPlaced),
    /// Renew a hold of this day; on its first day alone.
    RenewHold(HoldRenewed),
    /// End a hold of this day.
    EndHold(EndHold),
    /// Book slots of this day.
    BookSlots {
        /// For which booking.
        booking_id: BookingId,
        /// On whose behalf: holds of this session do not stand in the way.
        session_id: Option<SessionId>,
        /// Which slots.
        slots: SlotMask,
    },
    /// Free what a booking has in this day.
    FreeSlots {
        /// Which booking.
        booking_id: BookingId,
        /// Why.
        reason: FreedReason,
    },
}

/// End a hold.
///
/// Its days but the first know nothing of its renewals, so the command tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndHold {
    /// Which.
    pub hold_id: HoldId,
    /// How.
    pub end: HoldEnd,
    /// The end of its last lease.
    pub lease_expires_at: Timestamp,
    /// How many renewals it had.
    pub renewals: u32,
}

impl EndHold {
    /// End `hold` as it is now.
    pub const fn of(hold: &Hold, end: HoldEnd) -> Self {
        Self {
            hold_id: hold.id,
            end,
            lease_expires_at: hold.lease_expires_at,
            renewals: hold.renewals,
        }
    }
}

/// How a hold ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldEnd {
    /// Its session let go.
    Released(ReleaseReason),
    /// Its lease ran out.
    Expired,
    /// A booking took its place.
    Consumed(BookingId),
}
