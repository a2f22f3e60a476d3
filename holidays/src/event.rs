//! One event of a calendar file.

use chrono::{Datelike, Days, NaiveDate};
use domain::{
    calendar::Day,
    hours::{DayHours, Exception, Label, When, YearlyDate},
    ids::ExceptionId,
};
use icalendar::parser::Component;

use crate::{
    DATES_MAX, Why,
    time::{self, Moment},
};

/// What visitors are told of an event that has no summary.
const NAMELESS: &str = "Closed";

/// How people find the event in the file.
pub(crate) fn name(event: &Component<'_>) -> String {
    let known = text(event, "UID").or_else(|| text(event, "SUMMARY"));
    known.unwrap_or_else(|| NAMELESS.into())
}

/// The exceptions that the event is.
pub(crate) fn read(event: &Component<'_>) -> Result<Vec<Exception>, Why> {
    if value(event, "STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
        return Err(Why::Cancelled);
    }
    if value(event, "RECURRENCE-ID").is_some() {
        return Err(Why::Override);
    }
    let from = time::of(event, "DTSTART").unwrap_or(Err(Why::When))?;
    let to = match time::of(event, "DTEND") {
        Some(to) => Some(to?),
        None => match value(event, "DURATION") {
            Some(duration) => Some(from.plus(&duration).ok_or(Why::When)?),
            None => None,
        },
    };
    let yearly = yearly(event, &from)?;
    let summary = text(event, "SUMMARY").and_then(|text| Label::shortened(&text));
    let label = match summary {
        Some(label) => label,
        None => Label::new(NAMELESS).map_err(|_| Why::When)?,
    };
    let whens = match (from, to) {
        (Moment::Date(from), to) => {
            let to = match to {
                Some(Moment::Date(to)) => to,
                Some(Moment::Time(_)) => return Err(Why::When),
                None => from + Days::new(1),
            };
            dates(from, to)?
                .into_iter()
                .map(|date| on(date, yearly))
                .collect::<Option<Vec<_>>>()
                .ok_or(Why::When)?
        }
        (Moment::Time(_), _) if yearly => return Err(Why::Repeats),
        (Moment::Time(from), Some(Moment::Time(to))) => vec![When::Stretch { from, to }],
        (Moment::Time(_), _) => return Err(Why::When),
    };
    let uid = text(event, "UID");
    let numbered = (0_u32..).zip(whens);
    let exceptions = numbered.map(|(nth, when)| {
        // Without a UID an event is what it says.
        let id = match &uid {
            Some(uid) => ExceptionId::derive(&["uid", uid, &nth.to_string()]),
            None => ExceptionId::derive(&["event", label.as_str(), &format!("{when:?}")]),
        };
        Exception::new(id, label.clone(), when).map_err(|_| Why::When)
    });
    exceptions.collect()
}

/// All dates from one on and before another.
fn dates(from: NaiveDate, to: NaiveDate) -> Result<Vec<NaiveDate>, Why> {
    if to <= from {
        return Err(Why::When);
    }
    let days = (to - from).num_days();
    if days > i64::from(DATES_MAX) {
        return Err(Why::TooLong);
    }
    Ok(from.iter_days().take_while(|date| *date < to).collect())
}

/// Closed on this date, of this year alone or of every year.
fn on(date: NaiveDate, yearly: bool) -> Option<When> {
    let closed = DayHours::default();
    if yearly {
        return Some(When::Yearly(
            YearlyDate::new(date.month(), date.day())?,
            closed,
        ));
    }
    Some(When::Date(Day::new(date).ok()?, closed))
}

/// Whether the event comes every year on its date; an error when it comes otherwise.
fn yearly(event: &Component<'_>, from: &Moment) -> Result<bool, Why> {
    if ["RDATE", "EXDATE", "EXRULE"]
        .iter()
        .any(|name| value(event, name).is_some())
    {
        return Err(Why::Repeats);
    }
    let Some(rule) = value(event, "RRULE") else {
        return Ok(false);
    };
    let Moment::Date(from) = from else {
        return Err(Why::Repeats);
    };
    let mut every_year = false;
    for part in rule.split(';').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').ok_or(Why::Repeats)?;
        let same = match name.to_ascii_uppercase().as_str() {
            "FREQ" => {
                every_year = value.eq_ignore_ascii_case("YEARLY");
                every_year
            }
            "INTERVAL" => value == "1",
            "BYMONTH" => value.parse() == Ok(from.month()),
            "BYMONTHDAY" => value.parse() == Ok(from.day()),
            "WKST" => true,
            // UNTIL and COUNT end it, and the rest moves it about.
            _ => false,
        };
        if !same {
            return Err(Why::Repeats);
        }
    }
    if every_year {
        Ok(true)
    } else {
        Err(Why::Repeats)
    }
}

/// The value of a property as it is written.
fn value(event: &Component<'_>, name: &str) -> Option<String> {
    let property = event.find_prop(name)?;
    Some(property.val.as_str().trim().to_owned())
}

/// The value of a property of text, as it is meant.
fn text(event: &Component<'_>, name: &str) -> Option<String> {
    let property = event.find_prop(name)?;
    let meant = property.val.clone().unescape_text();
    let meant = meant.as_str().trim();
    (!meant.is_empty()).then(|| meant.to_owned())
}
