use std::ops::Range;

use chrono_tz::Tz;

use crate::calendar::{Day, SlotCount, SlotMask, Timestamp};

use super::WeeklyHours;

/// The slots of the UTC day `day` that lie within `hours`; all when there are none.
pub fn open_mask(_hours: Option<&WeeklyHours>, _zone: Tz, _day: Day) -> SlotMask {
    todo!()
}

/// The lattice of starts in `window`, ascending.
pub fn starts(
    _hours: Option<&WeeklyHours>,
    _zone: Tz,
    _interval: SlotCount,
    _window: Range<Timestamp>,
) -> Vec<Timestamp> {
    todo!()
}
