use std::ops::Range;

use chrono_tz::Tz;

use crate::calendar::{SLOT_MS, SlotCount, Timestamp};

use super::{WeeklyHours, opening::openings};

/// The lattice of starts in `window`, ascending, each once.
///
/// It begins anew at each opening and goes on by the wall clock of `zone`, in
/// steps of `interval`, until the closing: what is booked and who looks do not
/// move it. A time that clocks skip has no start; one that they show twice has
/// two. Without hours every local date is one opening.
///
/// Only quarter hours of UTC are starts; no zone's clocks show others today.
///
/// The work grows with the window and with nothing else; the caller bounds it.
pub fn starts(
    hours: Option<&WeeklyHours>,
    zone: Tz,
    interval: SlotCount,
    window: Range<Timestamp>,
) -> Vec<Timestamp> {
    let mut starts = Vec::new();
    for opening in openings(hours, zone, &window) {
        opening.lattice(interval, &mut starts);
    }
    starts.retain(|start| window.contains(start) && start.ms() % SLOT_MS == 0);
    starts.sort_unstable();
    starts
}
