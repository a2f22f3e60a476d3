use chrono::Weekday;
use serde::{Deserialize, Serialize};

use super::{HoursError, IntervalError, OpenInterval, WallTime, WeeklyHours};

/// [`WeeklyHours`] as they are written down.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WeekFields {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mon: Vec<IntervalFields>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tue: Vec<IntervalFields>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wed: Vec<IntervalFields>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    thu: Vec<IntervalFields>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fri: Vec<IntervalFields>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sat: Vec<IntervalFields>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sun: Vec<IntervalFields>,
}

/// An [`OpenInterval`] as it is written down: text until its weekday is known,
/// so that an error can name all three.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IntervalFields {
    pub(super) from: String,
    pub(super) to: String,
}

impl IntervalFields {
    pub(super) fn read(&self) -> Result<OpenInterval, IntervalError> {
        let (from, to): (WallTime, WallTime) = (self.from.parse()?, self.to.parse()?);
        OpenInterval::new(from, to)
    }
}

impl From<OpenInterval> for IntervalFields {
    fn from(interval: OpenInterval) -> Self {
        Self {
            from: interval.from().to_string(),
            to: interval.to().to_string(),
        }
    }
}

impl TryFrom<WeekFields> for WeeklyHours {
    type Error = HoursError;

    fn try_from(fields: WeekFields) -> Result<Self, Self::Error> {
        let week = [
            (Weekday::Mon, fields.mon),
            (Weekday::Tue, fields.tue),
            (Weekday::Wed, fields.wed),
            (Weekday::Thu, fields.thu),
            (Weekday::Fri, fields.fri),
            (Weekday::Sat, fields.sat),
            (Weekday::Sun, fields.sun),
        ];
        let mut intervals = Vec::new();
        for (weekday, day) in week {
            for written in day {
                let interval = written.read().map_err(|fault| HoursError::Interval {
                    weekday,
                    from: written.from,
                    to: written.to,
                    fault,
                })?;
                intervals.push((weekday, interval));
            }
        }
        Self::new(intervals)
    }
}

impl From<WeeklyHours> for WeekFields {
    fn from(hours: WeeklyHours) -> Self {
        let day = |weekday| {
            let day = hours.on(weekday).iter();
            day.map(|interval| IntervalFields::from(*interval))
                .collect()
        };
        Self {
            mon: day(Weekday::Mon),
            tue: day(Weekday::Tue),
            wed: day(Weekday::Wed),
            thu: day(Weekday::Thu),
            fri: day(Weekday::Fri),
            sat: day(Weekday::Sat),
            sun: day(Weekday::Sun),
        }
    }
}
