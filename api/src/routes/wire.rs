//! Values as they stand in bodies.

use std::collections::BTreeMap;

use domain::{
    calendar::{Buffers, Day, SeatCount, SlotIndex, SlotMask, Span, Timestamp},
    ids::{BookingId, ExceptionId, HoldId, ResourceId, SessionId},
};
use projections::live::SeatsLeft;
use serde::Serialize;
use utoipa::ToSchema;

macro_rules! wire {
    ($(#[$docs:meta])* $name:ident($inner:ty), $($schema:tt)*) => {
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
        #[schema(value_type = String, $($schema)*)]
        #[serde(transparent)]
        pub(crate) struct $name($inner);

        impl From<$inner> for $name {
            fn from(inner: $inner) -> Self {
                Self(inner)
            }
        }
    };
}

wire! {
    /// An instant: RFC 3339 in UTC, with milliseconds.
    Time(Timestamp), format = DateTime, example = "2026-11-24T13:00:00.000Z"
}
wire! {
    /// A UTC date.
    Date(Day), format = Date, example = "2026-11-24"
}
wire! {
    /// The name of a resource: 1 to 64 lower-case letters, digits, '-', '_' or
    /// '.', the first of them a letter or digit.
    ResourceName(ResourceId), pattern = "^[a-z0-9][a-z0-9._-]{0,63}$", example = "studio-a"
}
wire! {
    /// The id of a session.
    SessionName(SessionId), format = Uuid
}
wire! {
    /// The id of a hold.
    HoldName(HoldId), format = Uuid
}
wire! {
    /// The id of an exception to opening hours.
    ExceptionName(ExceptionId), format = Uuid
}
wire! {
    /// The id of a booking: a UUID of version 8.
    BookingName(BookingId), format = Uuid
}

/// Quarter hours of a UTC day: 0 is 00:00, 95 is 23:45; ascending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(value_type = Vec<u8>, example = json!([52, 53, 54, 55]))]
#[serde(transparent)]
pub(crate) struct Slots(Vec<u8>);

impl From<SlotMask> for Slots {
    fn from(mask: SlotMask) -> Self {
        Self(mask.slots().map(SlotIndex::get).collect())
    }
}

/// Slots, where there are any.
pub(crate) fn slots_unless_none(mask: SlotMask) -> Option<Slots> {
    (!mask.is_empty()).then(|| mask.into())
}

/// How many seats, where it is more than one.
pub(crate) const fn seats_unless_one(quantity: SeatCount) -> Option<u16> {
    if quantity.is_one() {
        None
    } else {
        Some(quantity.get())
    }
}

/// How many seats are left, by slot, where some are taken.
pub(crate) fn seats_left(left: &SeatsLeft) -> BTreeMap<u8, u16> {
    let slots = left.slots();
    slots.map(|(slot, left)| (slot.get(), left)).collect()
}

/// What is kept free before and after a span, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Buffers)]
pub(crate) struct BufferMinutes {
    before: u32,
    after: u32,
}

impl BufferMinutes {
    /// Buffers, where there are any.
    pub(crate) fn unless_none(buffers: Buffers) -> Option<Self> {
        let (before, after) = (buffers.before_minutes(), buffers.after_minutes());
        (!buffers.is_none()).then_some(Self { before, after })
    }
}

/// Start and exclusive end of a span.
pub(crate) fn ends(span: Span) -> (Time, Time) {
    (span.start().into(), span.end().into())
}
