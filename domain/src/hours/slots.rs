use std::ops::Range;

use crate::calendar::{Day, SLOT_MS, SLOTS_PER_DAY, SlotIndex, SlotMask, Timestamp};

const DAY_MS: i64 = SLOTS_PER_DAY as i64 * SLOT_MS;

/// The slots of `day` that lie wholly in `instants`.
pub(super) fn whole_slots(day: Day, instants: &Range<Timestamp>) -> SlotMask {
    let first = (offset(day, instants.start) + SLOT_MS - 1) / SLOT_MS;
    run(first, offset(day, instants.end) / SLOT_MS)
}

/// The slots of `day` that share time with `instants`.
pub(super) fn touched_slots(day: Day, instants: &Range<Timestamp>) -> SlotMask {
    let end = (offset(day, instants.end) + SLOT_MS - 1) / SLOT_MS;
    run(offset(day, instants.start) / SLOT_MS, end)
}

/// Milliseconds from the beginning of `day`, cut at its ends.
fn offset(day: Day, instant: Timestamp) -> i64 {
    (instant.ms() - day.start().ms()).clamp(0, DAY_MS)
}

/// The slots from `first` on and before `end`; none when that is no stretch.
fn run(first: i64, end: i64) -> SlotMask {
    let (Ok(first), Ok(count)) = (u8::try_from(first), u8::try_from(end - first)) else {
        return SlotMask::EMPTY;
    };
    SlotIndex::new(first).map_or(SlotMask::EMPTY, |first| SlotMask::run(first, count))
}
