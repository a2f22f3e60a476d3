use domain::calendar::{Day, SlotCount, SlotIndex, SlotMask, Span};
use uuid::Uuid;

/// One booking that somebody wishes for, within one UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wish {
    /// Its place in the draw, from 0.
    pub(crate) number: u32,
    /// Which resource, from 0.
    pub(crate) resource: u32,
    /// Which day.
    pub(crate) day: Day,
    /// The first slot.
    pub(crate) first: SlotIndex,
    /// How many slots: 4, 8 or 20.
    pub(crate) slots: u8,
    /// Random bits that are this wish's own.
    pub(crate) bits: u128,
}

impl Wish {
    /// The slots wished for.
    pub(crate) const fn mask(&self) -> SlotMask {
        SlotMask::run(self.first, self.slots)
    }

    /// When.
    pub(crate) fn span(&self) -> Span {
        let length = SlotCount::from_minutes(u32::from(self.slots) * 15);
        let length = length.expect("a wish is for one or more whole slots");
        Span::new(self.day.at(self.first), length).expect("slots begin at quarter hours")
    }

    /// The id by which contenders that choose none keep the booking.
    pub(crate) const fn id(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bits.to_be_bytes()).into_uuid()
    }
}
