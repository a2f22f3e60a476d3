use std::ops::Range;

use chrono_tz::Tz;

use crate::calendar::{Day, SLOT_MS, SLOTS_PER_DAY, SlotIndex, SlotMask, Timestamp};

use super::{WeeklyHours, opening::openings};

/// The slots of the UTC day `day` that lie wholly within `hours`; all of them
/// when there are none.
pub fn open_mask(hours: Option<&WeeklyHours>, zone: Tz, day: Day) -> SlotMask {
    if hours.is_none() {
        return SlotMask::FULL;
    }
    let window = day.start()..day.end();
    openings(hours, zone, &window).fold(SlotMask::EMPTY, |mask, opening| {
        mask | whole_slots(day, opening.instants())
    })
}

const DAY_MS: i64 = SLOTS_PER_DAY as i64 * SLOT_MS;

/// The slots of `day` that lie wholly in `instants`.
fn whole_slots(day: Day, instants: &Range<Timestamp>) -> SlotMask {
    let offset = |instant: Timestamp| (instant.ms() - day.start().ms()).clamp(0, DAY_MS);
    let first = (offset(instants.start) + SLOT_MS - 1) / SLOT_MS;
    let end = offset(instants.end) / SLOT_MS;
    let (Ok(first), Ok(count)) = (u8::try_from(first), u8::try_from(end - first)) else {
        return SlotMask::EMPTY;
    };
    SlotIndex::new(first).map_or(SlotMask::EMPTY, |first| SlotMask::run(first, count))
}
