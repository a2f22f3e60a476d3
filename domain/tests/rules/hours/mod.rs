//! Opening hours: how they are written, and what they are in UTC.

mod every_zone;
mod local_days;
mod second_opinion;
mod transitions;
mod wall_clock;
mod written;

use domain::hours::WeeklyHours;

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
