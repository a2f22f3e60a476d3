use serde::{Deserialize, Serialize};

use crate::hours::{INTERVALS_PER_DAY_MAX, IntervalError, OpenInterval, written::IntervalFields};

/// The stretches of opening of one date; none: it is closed all day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<IntervalFields>", into = "Vec<IntervalFields>")]
pub struct DayHours(Vec<OpenInterval>);

/// What is wrong with the hours of a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DayHoursError {
    /// A stretch that is none.
    #[error("hours: {from}-{to}: {fault}")]
    Interval {
        /// When it was to open.
        from: String,
        /// When it was to close.
        to: String,
        /// Why not.
        fault: IntervalError,
    },
    /// Two stretches that share time.
    #[error("hours: {0} overlaps {1}")]
    Overlap(OpenInterval, OpenInterval),
    /// Too many stretches.
    #[error("hours: {0} stretches are more than {INTERVALS_PER_DAY_MAX}")]
    TooMany(usize),
}

impl DayHours {
    /// A date with these stretches, in any order. The last may run past its midnight.
    ///
    /// # Errors
    ///
    /// [`DayHoursError::TooMany`], [`DayHoursError::Overlap`].
    pub fn new(intervals: impl IntoIterator<Item = OpenInterval>) -> Result<Self, DayHoursError> {
        let mut day: Vec<OpenInterval> = intervals.into_iter().collect();
        if day.len() > INTERVALS_PER_DAY_MAX {
            return Err(DayHoursError::TooMany(day.len()));
        }
        day.sort_unstable();
        for (first, second) in day.iter().zip(day.iter().skip(1)) {
            let closes = first.from().minutes() + first.minutes();
            if closes > second.from().minutes() {
                return Err(DayHoursError::Overlap(*first, *second));
            }
        }
        Ok(Self(day))
    }

    /// The stretches that open on the date, ascending.
    pub fn intervals(&self) -> &[OpenInterval] {
        &self.0
    }
}

impl TryFrom<Vec<IntervalFields>> for DayHours {
    type Error = DayHoursError;

    fn try_from(fields: Vec<IntervalFields>) -> Result<Self, Self::Error> {
        let read = |fields: IntervalFields| {
            fields.read().map_err(|fault| DayHoursError::Interval {
                from: fields.from,
                to: fields.to,
                fault,
            })
        };
        let intervals = fields.into_iter().map(read);
        Self::new(intervals.collect::<Result<Vec<_>, _>>()?)
    }
}

impl From<DayHours> for Vec<IntervalFields> {
    fn from(hours: DayHours) -> Self {
        hours.0.into_iter().map(IntervalFields::from).collect()
    }
}
