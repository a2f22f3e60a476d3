//! Opening hours: how they are written, and what they are in UTC.

mod every_zone;
mod local_days;
mod second_opinion;
mod transitions;
mod wall_clock;
mod written;

use std::ops::Range;

use chrono_tz::Tz;
use domain::{
    calendar::{Day, SlotCount, SlotMask, Timestamp},
    hours::{OpeningTimes, WeeklyHours},
};

fn open_mask(hours: Option<&WeeklyHours>, zone: Tz, day: Day) -> SlotMask {
    OpeningTimes::new(hours, zone).mask(day)
}

fn starts(
    hours: Option<&WeeklyHours>,
    zone: Tz,
    interval: SlotCount,
    window: Range<Timestamp>,
) -> Vec<Timestamp> {
    OpeningTimes::new(hours, zone).starts(interval, window)
}

/// The same stretches on every weekday.
fn daily(intervals: &[(&str, &str)]) -> WeeklyHours {
    let week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let day: Vec<_> = intervals
        .iter()
        .map(|(from, to)| serde_json::json!({ "from": from, "to": to }))
        .collect();
    let days = week.map(|weekday| (weekday.to_owned(), day.clone().into()));
    let written: serde_json::Map<_, serde_json::Value> = days.into_iter().collect();
    serde_json::from_value(written.into()).unwrap()
}
