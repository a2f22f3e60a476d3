use domain::{
    hours::{DayHours, Exception, ExceptionError, Label, When, YearlyDate},
    ids::ExceptionId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    problem::{Code, Problem},
    request::{day, exception_id, objects, time},
    routes::{
        resources::Stretch,
        wire::{Date, ExceptionName, Time},
    },
};

/// An exception to a resource's opening hours: `date` or `yearly`, which may have hours
/// of their own, or `from` and `to`, between which all is closed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HoursException)]
pub(crate) struct ExceptionBody {
    exception_id: ExceptionName,
    /// What visitors are told.
    #[schema(example = "Christmas")]
    label: String,
    /// What opens on this local date of the resource's zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    date: Option<Date>,
    /// What opens on this date of every year: its month and its day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "12-25")]
    yearly: Option<String>,
    /// When the date is open, instead of its weekday's hours; none: it is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    hours: Option<Vec<Stretch>>,
    /// From this instant on it is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    from: Option<Time>,
    /// And until this one, exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    to: Option<Time>,
}

impl From<&Exception> for ExceptionBody {
    fn from(exception: &Exception) -> Self {
        let hours = |hours: &DayHours| Some(hours.intervals().iter().map(Stretch::from).collect());
        let mut body = Self {
            exception_id: exception.id().into(),
            label: exception.label().to_string(),
            date: None,
            yearly: None,
            hours: None,
            from: None,
            to: None,
        };
        match exception.when() {
            When::Date(date, of) => (body.date, body.hours) = (Some((*date).into()), hours(of)),
            When::Yearly(date, of) => {
                (body.yearly, body.hours) = (Some(date.to_string()), hours(of));
            }
            When::Stretch { from, to } => {
                (body.from, body.to) = (Some((*from).into()), Some((*to).into()));
            }
        }
        body
    }
}

/// An exception to opening hours that is to be: one of `date`, `yearly`, or `from` and
/// `to`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewHoursException)]
pub(crate) struct NewException {
    /// Its id. What has this id already is replaced; one that says the same stays as it
    /// is. Made of all that the exception says when absent, so that the same request
    /// sent twice adds one.
    #[schema(value_type = Option<String>, format = Uuid, nullable = false)]
    exception_id: Option<String>,
    /// What visitors are told: 1 to 120 characters.
    #[schema(example = "Christmas")]
    label: String,
    /// A local date of the resource's zone.
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    date: Option<String>,
    /// A date of every year: its month and its day.
    #[schema(nullable = false, example = "12-25")]
    yearly: Option<String>,
    /// When the date is open, instead of its weekday's hours; closed when none or absent.
    #[serde(default, deserialize_with = "stretches")]
    #[schema(nullable = false)]
    hours: Option<Vec<Stretch>>,
    /// The instant from which on it is closed.
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    from: Option<String>,
    /// The instant until which it is closed, exclusive.
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    to: Option<String>,
}

fn stretches<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<Stretch>>, D::Error> {
    objects(deserializer).map(Some)
}

impl NewException {
    /// The exception that is written here; `at` is where in the request it stands.
    ///
    /// # Errors
    ///
    /// `invalid_exception`, `invalid_exception_id`, `invalid_date`, `invalid_time`,
    /// `date_out_of_range`, naming the field.
    pub(super) fn read(&self, at: &str) -> Result<Exception, Problem> {
        let label = Label::new(&self.label).map_err(|error| {
            Problem::value(
                Code::InvalidException,
                &format!("{at}label"),
                &self.label,
                error,
            )
        })?;
        let when = self.when(at)?;
        let id = match &self.exception_id {
            Some(id) => exception_id(&format!("{at}exceptionId"), id)?,
            None => ExceptionId::derive(&["said", label.as_str(), &format!("{when:?}")]),
        };
        Exception::new(id, label, when).map_err(|error| {
            let field = format!("{at}to");
            let to = self.to.as_deref().unwrap_or_default();
            Problem::value(Code::InvalidException, &field, to, error)
        })
    }

    fn when(&self, at: &str) -> Result<When, Problem> {
        let wrong = |field: &str, error: ExceptionError| {
            let detail = format!("{at}{field}: {error}");
            Problem::new(Code::InvalidException, detail).member("field", format!("{at}{field}"))
        };
        match (&self.date, &self.yearly, &self.from, &self.to) {
            (Some(date), None, None, None) => Ok(When::Date(
                day(&format!("{at}date"), date)?,
                self.hours(at)?,
            )),
            (None, Some(yearly), None, None) => {
                let date = YearlyDate::parse(yearly)
                    .ok_or_else(|| wrong("yearly", ExceptionError::Yearly(yearly.clone())))?;
                Ok(When::Yearly(date, self.hours(at)?))
            }
            (None, None, Some(_), Some(_)) if self.hours.is_some() => {
                Err(wrong("hours", ExceptionError::HoursOfStretch))
            }
            (None, None, Some(from), Some(to)) => Ok(When::Stretch {
                from: time(&format!("{at}from"), from)?,
                to: time(&format!("{at}to"), to)?,
            }),
            _ => Err(wrong("date", ExceptionError::When)),
        }
    }

    fn hours(&self, at: &str) -> Result<DayHours, Problem> {
        let stretches = self.hours.iter().flatten().enumerate();
        let intervals = stretches.map(|(nth, stretch)| {
            stretch.read(&format!("{at}hours[{nth}]"), Code::InvalidException)
        });
        DayHours::new(intervals.collect::<Result<Vec<_>, _>>()?).map_err(|error| {
            Problem::new(Code::InvalidException, error.to_string())
                .member("field", format!("{at}hours"))
        })
    }
}
