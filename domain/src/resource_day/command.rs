use crate::{
    calendar::{SlotMask, Timestamp},
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
    EndHold {
        /// Which.
        hold_id: HoldId,
        /// How.
        end: HoldEnd,
        /// The end of its last lease, as its first day knows it.
        lease_expires_at: Timestamp,
        /// Its renewals, as its first day counts them.
        renewals: u32,
    },
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
