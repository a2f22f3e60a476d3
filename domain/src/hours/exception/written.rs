use serde::{Deserialize, Serialize};

use crate::{
    calendar::{Day, Timestamp},
    ids::ExceptionId,
};

use super::{DayHours, Exception, Label, When, YearlyDate};

/// What is wrong with an exception as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExceptionError {
    /// It says when it is in no way, or in more than one.
    #[error("it must say one of: date; yearly; from and to")]
    When,
    /// A stretch that ends before it begins, or where it begins.
    #[error("to: must be later than from")]
    Stretch,
    /// A stretch with hours.
    #[error("hours: a stretch from an instant to another is closed, and has none")]
    HoursOfStretch,
    /// No date of a year.
    #[error("yearly: {0:?} is not a month and its day like 12-25")]
    Yearly(String),
}

/// [`Exception`] as it is written down.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ExceptionFields {
    exception_id: ExceptionId,
    label: Label,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    yearly: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hours: Option<DayHours>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<Timestamp>,
}

impl TryFrom<ExceptionFields> for Exception {
    type Error = ExceptionError;

    fn try_from(fields: ExceptionFields) -> Result<Self, Self::Error> {
        let hours = fields.hours;
        let when = match (fields.date, fields.yearly, fields.from, fields.to) {
            (Some(date), None, None, None) => When::Date(date, hours.unwrap_or_default()),
            (None, Some(yearly), None, None) => {
                let date = YearlyDate::parse(&yearly).ok_or(ExceptionError::Yearly(yearly))?;
                When::Yearly(date, hours.unwrap_or_default())
            }
            (None, None, Some(_), Some(_)) if hours.is_some() => {
                return Err(ExceptionError::HoursOfStretch);
            }
            (None, None, Some(from), Some(to)) => When::Stretch { from, to },
            _ => return Err(ExceptionError::When),
        };
        Self::new(fields.exception_id, fields.label, when)
    }
}

impl From<Exception> for ExceptionFields {
    fn from(exception: Exception) -> Self {
        let mut fields = Self {
            exception_id: exception.id,
            label: exception.label,
            date: None,
            yearly: None,
            hours: None,
            from: None,
            to: None,
        };
        match exception.when {
            When::Date(date, hours) => {
                (fields.date, fields.hours) = (Some(date), Some(hours));
            }
            When::Yearly(date, hours) => {
                (fields.yearly, fields.hours) = (Some(date.to_string()), Some(hours));
            }
            When::Stretch { from, to } => (fields.from, fields.to) = (Some(from), Some(to)),
        }
        fields
    }
}

impl YearlyDate {
    /// The date that `MM-DD` stands for: two digits each.
    pub fn parse(text: &str) -> Option<Self> {
        let (month, day) = text.split_once('-')?;
        let two_digits = |part: &str| {
            let plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| part.parse().ok()).flatten()
        };
        Self::new(two_digits(month)?, two_digits(day)?)
    }
}

impl std::fmt::Display for YearlyDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}
