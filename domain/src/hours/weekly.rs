use std::{fmt, str::FromStr};

use chrono::Weekday;
use serde::{Deserialize, Serialize};

/// A minute of a local day as its wall clock shows it, 00:00 to 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WallTime(u16);

/// What is wrong with opening hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Text that is not a quarter hour of a day.
    #[error("{0:?} is not a quarter hour between 00:00 and 24:00")]
    NotAWallTime(String),
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for WallTime {
    type Err = HoursError;
    fn from_str(_text: &str) -> Result<Self, Self::Err> {
        todo!()
    }
}

impl TryFrom<String> for WallTime {
    type Error = HoursError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<WallTime> for String {
    fn from(time: WallTime) -> Self {
        time.to_string()
    }
}

/// One stretch of opening, within a weekday or past its midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenInterval {
    /// From when.
    pub from: WallTime,
    /// Until when, exclusive; at or before `from`: of the next day.
    pub to: WallTime,
}

/// A week's opening hours.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WeeklyHours {}

impl WeeklyHours {
    /// The stretches that open on `weekday`.
    pub fn on(&self, _weekday: Weekday) -> &[OpenInterval] {
        todo!()
    }
}
