//! Time in quarter hours, reckoned here and not by the domain, which is under test.

use std::ops::Range;

use domain::calendar::{Span, Timestamp};
use serde_json::Value;

const QUARTER_MS: i64 = 15 * 60 * 1000;

/// Quarter hours of a UTC day.
const DAY: i64 = 96;

/// 2031-03-03, a Monday, in quarter hours from 1970.
pub(crate) const FIRST_DAY: i64 = 22_341 * DAY;

/// The UTC days that are fought for.
pub(crate) const DAYS: i64 = 3;

/// Where the last of them begins: spans of the longest duration may run into it.
pub(crate) const fn last_day() -> i64 {
    FIRST_DAY + (DAYS + 2) * DAY
}

/// The quarter hours of all days that presence is asked of.
pub(crate) const fn days_shown() -> Range<i64> {
    FIRST_DAY..last_day() + DAY
}

/// Where all of them begin.
pub(crate) fn days() -> impl Iterator<Item = i64> {
    (0..DAYS).map(|day| FIRST_DAY + day * DAY)
}

/// The quarter hours of a UTC day.
pub(crate) const fn of_day(midnight: i64) -> Range<i64> {
    midnight..midnight + DAY
}

/// Adjacent quarter hours, counted from 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) first: i64,
    pub(crate) count: i64,
}

/// Quarter hours that a resource keeps free after each span: every other one has some.
pub(crate) const fn kept_free_after(resource: usize) -> i64 {
    if resource % 2 == 1 { 2 } else { 0 }
}

impl Stretch {
    /// With what its resource keeps free after it.
    pub(crate) const fn widened(self, resource: usize) -> Self {
        Self {
            first: self.first,
            count: self.count + kept_free_after(resource),
        }
    }

    pub(crate) const fn slots(self) -> Range<i64> {
        self.first..self.first + self.count
    }

    pub(crate) fn start(self) -> String {
        time(self.first)
    }

    pub(crate) const fn minutes(self) -> i64 {
        self.count * 15
    }

    /// What `start` and `end` of a JSON object say.
    pub(crate) fn of(body: &Value) -> Option<Self> {
        let slot = |field: &str| quarter(body[field].as_str()?);
        let (first, end) = (slot("start")?, slot("end")?);
        let count = end - first;
        Some(Self { first, count })
    }
}

/// The quarter hour that begins so many after the one of a time.
pub(crate) const fn soon(now_ms: i64, quarters: i64) -> Stretch {
    Stretch {
        first: now_ms / QUARTER_MS + quarters,
        count: 1,
    }
}

impl From<Span> for Stretch {
    fn from(span: Span) -> Self {
        Self {
            first: span.start().ms() / QUARTER_MS,
            count: i64::from(span.length().get()),
        }
    }
}

fn time(quarter: i64) -> String {
    Timestamp::from_ms(quarter * QUARTER_MS)
        .unwrap()
        .to_string()
}

fn quarter(time: &str) -> Option<i64> {
    Some(ms(time)? / QUARTER_MS)
}

/// Milliseconds from 1970 of a time in an answer.
pub(crate) fn ms(time: &str) -> Option<i64> {
    Some(time.parse::<Timestamp>().ok()?.ms())
}

/// The date of the UTC day that begins at a quarter hour.
pub(crate) fn date(quarter: i64) -> String {
    time(quarter)[..10].to_owned()
}

/// The first quarter hour of a UTC date.
pub(crate) fn midnight(date: &str) -> Option<i64> {
    quarter(&format!("{date}T00:00:00.000Z"))
}

#[test]
fn the_first_day_is_the_third_of_march() {
    assert_eq!(date(FIRST_DAY), "2031-03-03");
    assert_eq!(midnight("2031-03-03"), Some(FIRST_DAY));
}
