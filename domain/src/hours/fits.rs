use crate::calendar::{SLOT_MINUTES, SlotCount};

use super::{WeeklyHours, wall_time::DAY_MINUTES};

/// Quarter hours of a week as its wall clocks count them.
const WEEK_SLOTS: usize = 7 * DAY_MINUTES as usize / SLOT_MINUTES as usize;

/// Whether a span of `length` fits anywhere into an ordinary week of `hours`.
///
/// No clock is turned in it. The span fits into one run of opening, or, when it may span
/// closed hours, from an open quarter hour to an open one or to an opening; and always
/// where there are no hours.
///
/// ```
/// use domain::{calendar::SlotCount, hours::{WeeklyHours, fits}};
///
/// let text = r#"{"mon":[{"from":"09:00","to":"17:00"}]}"#;
/// let mondays: WeeklyHours = serde_json::from_str(text)?;
/// let minutes = |minutes| SlotCount::from_minutes(minutes);
/// assert!(fits(Some(&mondays), minutes(480)?, false));
/// assert!(!fits(Some(&mondays), minutes(495)?, false));
/// // From a Monday to the next one.
/// assert!(fits(Some(&mondays), minutes(7 * 1440)?, true));
/// assert!(!fits(Some(&mondays), minutes(3 * 1440)?, true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fits(hours: Option<&WeeklyHours>, length: SlotCount, spans_closed_hours: bool) -> bool {
    let Some(hours) = hours else {
        return true;
    };
    let open = week(hours);
    let length = usize::from(length.get());
    if spans_closed_hours {
        let ends = |first: usize| [length - 1, length].map(|after| (first + after) % WEEK_SLOTS);
        let ends_well = |first: usize| ends(first).into_iter().any(|slot| open[slot]);
        return (0..WEEK_SLOTS).any(|first| open[first] && ends_well(first));
    }
    if open.iter().all(|is_open| *is_open) {
        return true;
    }
    // Twice around, so that a run over the week's end is seen whole.
    let (mut run, mut longest) = (0, 0);
    for is_open in open.iter().chain(&open) {
        run = if *is_open { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest >= length
}

/// Which quarter hours of a week, from Monday 00:00 on, are open.
fn week(hours: &WeeklyHours) -> [bool; WEEK_SLOTS] {
    let mut open = [false; WEEK_SLOTS];
    let slots = |minutes: u16| usize::from(minutes) / SLOT_MINUTES as usize;
    for (weekday, interval) in hours.iter() {
        let midnight = weekday.num_days_from_monday() as usize * slots(DAY_MINUTES);
        let first = midnight + slots(interval.from().minutes());
        for slot in first..first + slots(interval.minutes()) {
            open[slot % WEEK_SLOTS] = true;
        }
    }
    open
}
