//! Exceptions to opening hours: a date or a yearly date with hours of its own, and
//! stretches of time in which nothing is open.

mod day_hours;
mod label;
mod list;
mod written;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{
    calendar::{Day, Timestamp},
    ids::ExceptionId,
};

pub use day_hours::{DayHours, DayHoursError};
pub use label::{LABEL_CHARS_MAX, Label, NotALabel};
pub use list::{EXCEPTIONS_MAX, Exceptions};
pub use written::ExceptionError;

use written::ExceptionFields;

/// One exception to a resource's opening hours.
///
/// ```
/// use domain::hours::Exception;
///
/// let christmas = r#"{"exceptionId":"018f3a1e-9d2b-7c44-8f10-3a5b6c7d8e9f","label":"Christmas","yearly":"12-25","hours":[]}"#;
/// let exception: Exception = serde_json::from_str(christmas)?;
/// assert_eq!(exception.label().as_str(), "Christmas");
/// assert_eq!(serde_json::to_string(&exception)?, christmas);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ExceptionFields", into = "ExceptionFields")]
pub struct Exception {
    id: ExceptionId,
    label: Label,
    when: When,
}

/// When an exception is, and what it says instead of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// What opens on one local date.
    Date(Day, DayHours),
    /// What opens on one local date of every year.
    Yearly(YearlyDate, DayHours),
    /// From one instant on and before another all is closed. It is no less closed
    /// where a date has hours of its own.
    Stretch {
        /// From when on.
        from: Timestamp,
        /// Before when; later than `from`.
        to: Timestamp,
    },
}

/// A month and a day of it. 29 February is a date of leap years alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearlyDate {
    month: u32,
    day: u32,
}

impl YearlyDate {
    /// The month, 1 to 12, and its day, from 1; nothing when no year has it.
    pub fn new(month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(2024, month, day)?;
        Some(Self { month, day })
    }

    /// Whether `date` is it.
    fn is(self, date: NaiveDate) -> bool {
        (date.month(), date.day()) == (self.month, self.day)
    }
}

impl Exception {
    /// An exception of these parts; `when` is taken as it is but for a stretch, which
    /// must end after its beginning.
    ///
    /// # Errors
    ///
    /// [`ExceptionError::Stretch`].
    pub fn new(id: ExceptionId, label: Label, when: When) -> Result<Self, ExceptionError> {
        if let When::Stretch { from, to } = when
            && from >= to
        {
            return Err(ExceptionError::Stretch);
        }
        Ok(Self { id, label, when })
    }

    /// Its name, different from that of all others of its resource.
    pub const fn id(&self) -> ExceptionId {
        self.id
    }

    /// What visitors are told.
    pub const fn label(&self) -> &Label {
        &self.label
    }

    /// When it is.
    pub const fn when(&self) -> &When {
        &self.when
    }

    /// The hours that it gives `date`; nothing when it says nothing of that date.
    pub(super) fn hours_on(&self, date: NaiveDate) -> Option<&DayHours> {
        match &self.when {
            When::Date(on, hours) => (on.date() == date).then_some(hours),
            When::Yearly(on, hours) => on.is(date).then_some(hours),
            When::Stretch { .. } => None,
        }
    }

    /// The instants that it closes whatever the hours say.
    pub(super) fn stretch(&self) -> Option<std::ops::Range<Timestamp>> {
        match self.when {
            When::Date(..) | When::Yearly(..) => None,
            When::Stretch { from, to } => Some(from..to),
        }
    }
}
