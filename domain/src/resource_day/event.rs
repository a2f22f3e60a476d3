use serde::{Deserialize, Serialize};

use crate::{
    calendar::{Buffers, SeatCount, SlotMask, Span, Taken, Timestamp},
    hold::{Hold, Lease},
    ids::{BookingId, HoldId, ResourceId, SessionId},
};

/// What happened in a resource's day.
///
/// A command that touches several days puts an event on each; `slots` are
/// those of the day in whose stream the event stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResourceDayEvent {
    /// A session claimed a span.
    HoldPlaced(HoldPlaced),
    /// A beat moved the end of a hold's lease. On the hold's first day alone.
    HoldRenewed(HoldRenewed),
    /// The session let go of its hold.
    HoldReleased(HoldReleased),
    /// A hold's lease ran out.
    HoldExpired(HoldExpired),
    /// A booking took the place of its session's hold.
    HoldConsumed(HoldConsumed),
    /// Slots were booked.
    SlotsBooked(SlotsBooked),
    /// A booking let go of slots.
    SlotsFreed(SlotsFreed),
    /// Old renewals of holds that had ended were emptied. Changes no state.
    RenewalsCompacted(RenewalsCompacted),
    /// Old rows of holds that had ended without a booking were emptied. Changes no
    /// state.
    HoldsCompacted(HoldsCompacted),
}

/// A session claimed a span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldPlaced {
    /// The new hold.
    pub hold_id: HoldId,
    /// Whose it is.
    pub session_id: SessionId,
    /// All that it is to become a booking of, over all its days.
    pub span: Span,
    /// What it keeps free beside that.
    #[serde(default, skip_serializing_if = "Buffers::is_none")]
    pub buffers: Buffers,
    /// Its slots of this day; none where a buffer alone reaches into it.
    pub slots: SlotMask,
    /// The slots of this day that its buffers keep free.
    #[serde(default, skip_serializing_if = "SlotMask::is_empty")]
    pub buffer: SlotMask,
    /// How many seats of each of them.
    #[serde(default, skip_serializing_if = "SeatCount::is_one")]
    pub quantity: SeatCount,
    /// The lease it began with.
    pub lease: Lease,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it is due to end unless renewed.
    pub lease_expires_at: Timestamp,
    /// No renewal lasts past this instant.
    pub renewable_until: Timestamp,
}

impl HoldPlaced {
    /// How `hold` is placed on a day: it takes `taken` there.
    pub const fn of(hold: &Hold, taken: Taken) -> Self {
        Self {
            hold_id: hold.id,
            session_id: hold.session,
            span: hold.span,
            buffers: hold.buffers,
            slots: taken.slots,
            buffer: taken.buffer,
            quantity: taken.quantity,
            lease: hold.lease,
            placed_at: hold.placed_at,
            lease_expires_at: hold.lease_expires_at,
            renewable_until: hold.renewable_until,
        }
    }

    /// The hold as it was placed on `resource`.
    pub fn hold(&self, resource: &ResourceId) -> Hold {
        Hold {
            id: self.hold_id,
            resource: resource.clone(),
            session: self.session_id,
            span: self.span,
            buffers: self.buffers,
            quantity: self.quantity,
            lease: self.lease,
            placed_at: self.placed_at,
            renewed_at: self.placed_at,
            lease_expires_at: self.lease_expires_at,
            renewable_until: self.renewable_until,
            renewals: 0,
        }
    }
}

/// A beat moved the end of a hold's lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldRenewed {
    /// The hold.
    pub hold_id: HoldId,
    /// The lease the beat asked for.
    pub lease: Lease,
    /// When the beat was taken.
    pub renewed_at: Timestamp,
    /// When the hold is due to end now; a beat that goes back from checkout to
    /// presence may bring it nearer.
    pub lease_expires_at: Timestamp,
}

impl HoldRenewed {
    /// `hold` after this renewal.
    pub fn renew(&self, hold: &Hold) -> Hold {
        Hold {
            lease: self.lease,
            renewed_at: self.renewed_at,
            lease_expires_at: self.lease_expires_at,
            renewals: hold.renewals + 1,
            ..hold.clone()
        }
    }
}

/// Why a session let go of its hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReleaseReason {
    /// It left.
    Left,
    /// It claimed another span of the resource instead.
    Moved,
}

/// The session let go of its hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldReleased {
    /// The hold.
    pub hold_id: HoldId,
    /// Its slots of this day.
    pub slots: SlotMask,
    /// Why.
    pub reason: ReleaseReason,
    /// When its lease would have ended: stands when the renewals are gone.
    pub lease_expires_at: Timestamp,
    /// How many renewals it had: stands when the renewals are gone.
    pub renewals: u32,
}

/// A hold's lease ran out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldExpired {
    /// The hold.
    pub hold_id: HoldId,
    /// Its slots of this day.
    pub slots: SlotMask,
    /// When its lease ended; the event was recorded then or later.
    pub lease_expires_at: Timestamp,
    /// How many renewals it had.
    pub renewals: u32,
}

/// A booking took the place of its session's hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldConsumed {
    /// The hold.
    pub hold_id: HoldId,
    /// The hold's slots of this day; the booking may cover others.
    pub slots: SlotMask,
    /// The booking.
    pub booking_id: BookingId,
    /// When its lease would have ended.
    pub lease_expires_at: Timestamp,
    /// How many renewals it had.
    pub renewals: u32,
}

/// Slots were booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SlotsBooked {
    /// By which booking.
    pub booking_id: BookingId,
    /// Its slots of this day; none where a buffer alone reaches into it.
    pub slots: SlotMask,
    /// The slots of this day that its buffers keep free.
    #[serde(default, skip_serializing_if = "SlotMask::is_empty")]
    pub buffer: SlotMask,
    /// How many seats of each of them.
    #[serde(default, skip_serializing_if = "SeatCount::is_one")]
    pub quantity: SeatCount,
}

impl SlotsBooked {
    /// What was booked of the day.
    pub const fn taken(&self) -> Taken {
        Taken {
            slots: self.slots,
            buffer: self.buffer,
            quantity: self.quantity,
        }
    }
}

/// Why a booking let go of slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FreedReason {
    /// It was cancelled.
    Cancelled,
    /// It moved elsewhere.
    Rescheduled,
}

/// A booking let go of slots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SlotsFreed {
    /// Which booking.
    pub booking_id: BookingId,
    /// The slots of this day that it had.
    pub slots: SlotMask,
    /// The slots of this day that its buffers kept free.
    #[serde(default, skip_serializing_if = "SlotMask::is_empty")]
    pub buffer: SlotMask,
    /// How many seats of each of them.
    #[serde(default, skip_serializing_if = "SeatCount::is_one")]
    pub quantity: SeatCount,
    /// Why.
    pub reason: FreedReason,
}

impl SlotsFreed {
    /// What was freed of the day.
    pub const fn taken(&self) -> Taken {
        Taken {
            slots: self.slots,
            buffer: self.buffer,
            quantity: self.quantity,
        }
    }
}

/// Old renewals of holds that had ended were emptied: their rows stand in the log,
/// and what they said is gone.
///
/// In the range there may be renewals that were emptied before, and by then old
/// ones of holds that had not ended, which were left as they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RenewalsCompacted {
    /// The sequence of the first of them in this stream.
    pub first: u64,
    /// The sequence of the last of them.
    pub last: u64,
    /// How many they are.
    pub renewals: u32,
    /// All were recorded before this instant.
    pub recorded_before: Timestamp,
}

/// What was told of old holds that had ended without a booking was emptied: how they
/// were placed, renewed, released and expired. Their rows stand in the log, and what
/// their payloads said is gone.
///
/// In the range there may be rows that were emptied before, and others that were left
/// as they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldsCompacted {
    /// The sequence of the first of them in this stream.
    pub first: u64,
    /// The sequence of the last of them.
    pub last: u64,
    /// How many they are.
    pub events: u32,
    /// All were recorded before this instant.
    pub recorded_before: Timestamp,
}

impl ResourceDayEvent {
    /// The event's type as stored: its variant's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::HoldPlaced(_) => "HoldPlaced",
            Self::HoldRenewed(_) => "HoldRenewed",
            Self::HoldReleased(_) => "HoldReleased",
            Self::HoldExpired(_) => "HoldExpired",
            Self::HoldConsumed(_) => "HoldConsumed",
            Self::SlotsBooked(_) => "SlotsBooked",
            Self::SlotsFreed(_) => "SlotsFreed",
            Self::RenewalsCompacted(_) => "RenewalsCompacted",
            Self::HoldsCompacted(_) => "HoldsCompacted",
        }
    }

    /// The hold that the event is about, if it is about one.
    pub const fn hold_id(&self) -> Option<HoldId> {
        match self {
            Self::HoldPlaced(placed) => Some(placed.hold_id),
            Self::HoldRenewed(renewed) => Some(renewed.hold_id),
            Self::HoldReleased(ended) => Some(ended.hold_id),
            Self::HoldExpired(ended) => Some(ended.hold_id),
            Self::HoldConsumed(ended) => Some(ended.hold_id),
            Self::SlotsBooked(_)
            | Self::SlotsFreed(_)
            | Self::RenewalsCompacted(_)
            | Self::HoldsCompacted(_) => None,
        }
    }

    /// The version in which the event is written now: the earliest that says all of it,
    /// so that what knows of no buffers reads what has none, and nothing else, and what
    /// knows of one seat alone what takes one.
    pub const fn version(&self) -> &'static str {
        let (has_buffer, quantity) = match self {
            Self::HoldPlaced(placed) => (!placed.buffers.is_none(), placed.quantity),
            Self::SlotsBooked(booked) => (!booked.buffer.is_empty(), booked.quantity),
            Self::SlotsFreed(freed) => (!freed.buffer.is_empty(), freed.quantity),
            Self::HoldRenewed(_)
            | Self::HoldReleased(_)
            | Self::HoldExpired(_)
            | Self::HoldConsumed(_)
            | Self::RenewalsCompacted(_)
            | Self::HoldsCompacted(_) => (false, SeatCount::ONE),
        };
        match (quantity.is_one(), has_buffer) {
            (true, false) => "1.0",
            (true, true) => "1.1",
            (false, _) => "1.2",
        }
    }
}
