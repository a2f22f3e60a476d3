//! Values of requests, each wrong one named with what would be right.

use chrono_tz::Tz;
use domain::{
    calendar::{CalendarError, Day, SLOT_MINUTES, SeatCount, SlotCount, Span, Timestamp},
    ids::{ExceptionId, HoldId, IdError, ResourceId},
};

use crate::problem::{Code, Problem};

use super::Whole;

/// The shortest span.
const SHORTEST: SlotCount = match SlotCount::from_minutes(SLOT_MINUTES) {
    Ok(length) => length,
    Err(_) => SlotCount::MAX,
};

/// No two starts of a list are further apart: a day, in minutes.
const INTERVAL_MINUTES_MAX: u32 = 24 * 60;

pub(crate) fn resource_id(field: &str, text: &str) -> Result<ResourceId, Problem> {
    text.parse()
        .map_err(|error: IdError| Problem::value(Code::InvalidResourceId, field, text, error))
}

pub(crate) fn hold_id(field: &str, text: &str) -> Result<HoldId, Problem> {
    text.parse()
        .map_err(|error: IdError| Problem::value(Code::InvalidHoldId, field, text, error))
}

pub(crate) fn exception_id(field: &str, text: &str) -> Result<ExceptionId, Problem> {
    text.parse()
        .map_err(|error: IdError| Problem::value(Code::InvalidExceptionId, field, text, error))
}

/// A UTC date, or a local one that has the same form.
pub(crate) fn day(field: &str, text: &str) -> Result<Day, Problem> {
    let code = if in_years(text) {
        Code::InvalidDate
    } else {
        Code::DateOutOfRange
    };
    text.parse()
        .map_err(|error: CalendarError| Problem::value(code, field, text, error))
}

/// An instant.
pub(crate) fn time(field: &str, text: &str) -> Result<Timestamp, Problem> {
    let code = if in_years(text) {
        Code::InvalidTime
    } else {
        Code::DateOutOfRange
    };
    text.parse()
        .map_err(|error: CalendarError| Problem::value(code, field, text, error))
}

/// Whether a text that begins as a date does names a year of ours; true for
/// text that does not begin so.
fn in_years(text: &str) -> bool {
    let (sign, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (&text[..1], digits),
        None => ("", text),
    };
    let Some((year, rest)) = digits.split_once('-') else {
        return true;
    };
    let dated = year.len() >= 4
        && year.bytes().all(|byte| byte.is_ascii_digit())
        && rest.starts_with(|first: char| first.is_ascii_digit());
    if !dated {
        return true;
    }
    let year = year.parse().unwrap_or(i64::MAX);
    sign != "-" && (1970..=9999).contains(&year)
}

/// A duration in minutes.
pub(crate) fn duration(field: &str, Whole(minutes): Whole) -> Result<SlotCount, Problem> {
    let right = "durations are positive multiples of 15 minutes";
    let minutes = u32::try_from(minutes).map_err(|_| {
        let code = if minutes > 0 {
            Code::DurationTooLong
        } else {
            Code::InvalidDuration
        };
        Problem::value(code, field, minutes, right)
    })?;
    SlotCount::from_minutes(minutes).map_err(|error| {
        let code = match error {
            CalendarError::TooLong { .. } => Code::DurationTooLong,
            _ => Code::InvalidDuration,
        };
        Problem::value(code, field, minutes, error)
    })
}

/// A duration in minutes, from a query.
pub(crate) fn duration_text(field: &str, text: &str) -> Result<SlotCount, Problem> {
    let minutes = text.parse().map(Whole).map_err(|_| {
        let right = "durations are positive multiples of 15 minutes";
        Problem::value(Code::InvalidDuration, field, text, right)
    })?;
    duration(field, minutes)
}

/// A number of seats.
pub(crate) fn quantity(field: &str, Whole(seats): Whole) -> Result<SeatCount, Problem> {
    let count = u16::try_from(seats).ok().and_then(SeatCount::new);
    count.ok_or_else(|| Problem::value(Code::InvalidQuantity, field, seats, RIGHT_QUANTITY))
}

/// A number of seats, from a query; one when absent.
pub(crate) fn quantity_text(field: &str, text: Option<&str>) -> Result<SeatCount, Problem> {
    let Some(text) = text else {
        return Ok(SeatCount::ONE);
    };
    let count = text.parse().ok().and_then(SeatCount::new);
    count.ok_or_else(|| Problem::value(Code::InvalidQuantity, field, text, RIGHT_QUANTITY))
}

/// What bodies ask for that do not say how many seats.
pub(crate) const fn one() -> Whole {
    Whole(1)
}

const RIGHT_QUANTITY: &str = "quantities are whole numbers of seats, 1 to 1000";

/// What lies between two starts of a list, from a query, in minutes.
pub(crate) fn interval(field: &str, text: &str) -> Result<SlotCount, Problem> {
    let minutes = text.parse().ok();
    let interval = minutes
        .filter(|minutes| *minutes <= INTERVAL_MINUTES_MAX)
        .and_then(|minutes| SlotCount::from_minutes(minutes).ok());
    interval.ok_or_else(|| {
        let right = "intervals are multiples of 15 minutes, 15 to 1440";
        Problem::value(Code::InvalidInterval, field, text, right)
    })
}

/// A span, by its start and its minutes.
pub(crate) fn span(start: &str, minutes: Whole) -> Result<Span, Problem> {
    span_of(time("start", start)?, duration("duration", minutes)?)
}

/// Where a span begins, whatever its length.
pub(crate) fn start(start: &str) -> Result<Timestamp, Problem> {
    let begins = time("start", start)?;
    span_of(begins, SHORTEST).map(Span::start)
}

/// A span of these ends.
pub(crate) fn span_of(start: Timestamp, length: SlotCount) -> Result<Span, Problem> {
    Span::new(start, length).map_err(|error| {
        let code = match error {
            CalendarError::NotAligned(_) => Code::StartNotAligned,
            _ => Code::DateOutOfRange,
        };
        Problem::value(code, "start", start, error)
    })
}

/// An IANA time zone.
pub(crate) fn timezone(field: &str, text: &str) -> Result<Tz, Problem> {
    text.parse().map_err(|_| {
        let right = "time zones have IANA names like Europe/Berlin";
        Problem::value(Code::InvalidTimezone, field, text, right)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_outside_is_told_from_a_date_that_does_not_read() {
        for (text, code) in [
            ("10000-01-01", Code::DateOutOfRange),
            ("+10000-01-01", Code::DateOutOfRange),
            ("1969-12-31", Code::DateOutOfRange),
            ("-0001-01-01", Code::DateOutOfRange),
            ("0000-01-01", Code::DateOutOfRange),
            ("99999999999999999999-01-01", Code::DateOutOfRange),
            ("2026-02-30", Code::InvalidDate),
            ("2026-1-1", Code::InvalidDate),
            ("today", Code::InvalidDate),
            ("-", Code::InvalidDate),
            ("", Code::InvalidDate),
        ] {
            let problem = day("date", text).expect_err(text);
            assert_eq!(problem.code(), code, "{text:?}");
        }
    }

    #[test]
    fn a_span_past_the_last_year_is_out_of_range() {
        let problem = span("9999-12-31T23:00:00Z", Whole(120)).expect_err("no year 10000");
        assert_eq!(problem.code(), Code::DateOutOfRange);
        assert!(span("9999-12-31T22:00:00Z", Whole(60)).is_ok());
    }

    #[test]
    fn a_duration_is_refused_for_what_is_wrong_with_it() {
        for (minutes, code) in [
            (0, Code::InvalidDuration),
            (-60, Code::InvalidDuration),
            (50, Code::InvalidDuration),
            (31 * 24 * 60 + 15, Code::DurationTooLong),
            (i64::MAX, Code::DurationTooLong),
        ] {
            let problem = duration("duration", Whole(minutes)).expect_err("wrong");
            assert_eq!(problem.code(), code, "{minutes}");
        }
    }
}
