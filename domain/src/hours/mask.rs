use chrono_tz::Tz;

use crate::calendar::{Day, SlotMask};

use super::{WeeklyHours, opening::openings};

/// The slots of the UTC day `day` that lie wholly within `hours`; all of them
/// when there are none. Open is what the clock on the wall says at the beginning of
/// each slot, an hour that it shows twice included.
pub fn open_mask(hours: Option<&WeeklyHours>, zone: Tz, day: Day) -> SlotMask {
    if hours.is_none() {
        return SlotMask::FULL;
    }
    let window = day.start()..day.end();
    openings(hours, zone, &window).fold(SlotMask::EMPTY, |mask, opening| {
        mask | opening.slots_on(day)
    })
}
