use chrono::Weekday;
use domain::hours::{OpenInterval, WallTime, WeeklyHours};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    problem::{Code, Problem},
    request::objects,
};

/// A week's opening hours in the resource's zone; a day left out is closed.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Week {
    #[serde(deserialize_with = "objects", skip_serializing_if = "Vec::is_empty")]
    mon: Vec<Stretch>,
    #[serde(deserialize_with = "objects", skip_serializing_if = "Vec::is_empty")]
    tue: Vec<Stretch>,
    #[serde(deserialize_with = "objects", skip_serializing_if = "Vec::is_empty")]
    wed: Vec<Stretch>,
    #[serde(deserialize_with = "objects", skip_serializing_if = "Vec::is_empty")]
    thu: Vec<Stretch>,
    #[serde(deserialize_with = "objects", skip_serializing_if = "Vec::is_empty")]
    fri: Vec<Stretch>,
    #[serde(deserialize_with = "objects", skip_serializing_if = "Vec::is_empty")]
    sat: Vec<Stretch>,
    #[serde(deserialize_with = "objects", skip_serializing_if = "Vec::is_empty")]
    sun: Vec<Stretch>,
}

/// One stretch of opening, within the weekday or past its midnight.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stretch {
    /// From when: a quarter hour of the wall clock.
    #[schema(example = "09:00")]
    from: String,
    /// Until when, exclusive, at most 24:00; before `from`, it is the next day's.
    #[schema(example = "17:00")]
    to: String,
}

impl Week {
    /// The hours that are written here.
    ///
    /// # Errors
    ///
    /// `invalid_settings`, naming the weekday and the stretch.
    pub(super) fn read(&self) -> Result<WeeklyHours, Problem> {
        let week = [
            (Weekday::Mon, "mon", &self.mon),
            (Weekday::Tue, "tue", &self.tue),
            (Weekday::Wed, "wed", &self.wed),
            (Weekday::Thu, "thu", &self.thu),
            (Weekday::Fri, "fri", &self.fri),
            (Weekday::Sat, "sat", &self.sat),
            (Weekday::Sun, "sun", &self.sun),
        ];
        let mut intervals = Vec::new();
        for (weekday, name, day) in week {
            for (nth, stretch) in day.iter().enumerate() {
                let field = format!("hours.{name}[{nth}]");
                intervals.push((weekday, stretch.read(&field, Code::InvalidSettings)?));
            }
        }
        WeeklyHours::new(intervals).map_err(|error| {
            Problem::new(Code::InvalidSettings, error.to_string()).member("field", "hours")
        })
    }
}

impl Stretch {
    /// The stretch that is written here; `code` says of what it is a part.
    pub(crate) fn read(&self, field: &str, code: Code) -> Result<OpenInterval, Problem> {
        let time = |text: &str| text.parse::<WallTime>();
        let (from, to) = match (time(&self.from), time(&self.to)) {
            (Ok(from), Ok(to)) => (from, to),
            (Err(error), _) => {
                return Err(wrong(code, &format!("{field}.from"), &self.from, &error));
            }
            (_, Err(error)) => return Err(wrong(code, &format!("{field}.to"), &self.to, &error)),
        };
        OpenInterval::new(from, to)
            .map_err(|error| wrong(code, field, &format!("{}-{}", self.from, self.to), &error))
    }
}

fn wrong(code: Code, field: &str, value: &str, error: &dyn std::error::Error) -> Problem {
    Problem::value(code, field, value, error)
}

impl From<&OpenInterval> for Stretch {
    fn from(interval: &OpenInterval) -> Self {
        Self {
            from: interval.from().to_string(),
            to: interval.to().to_string(),
        }
    }
}

impl From<&WeeklyHours> for Week {
    fn from(hours: &WeeklyHours) -> Self {
        let day = |weekday| hours.on(weekday).iter().map(Stretch::from).collect();
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
