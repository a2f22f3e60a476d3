use std::ops::RangeInclusive;

use domain::calendar::Day;

use crate::problem::{Code, Problem};

use super::{Parameters, values};

/// The most days that one request may ask about: two months, what a calendar
/// shows with the edges of the months beside it.
pub(crate) const RANGE_DAYS_MAX: i64 = 62;

/// The days `from` to `to` of a query, both included.
///
/// # Errors
///
/// `invalid_date`, `date_out_of_range`, `range_reversed`, `range_too_long`.
pub(crate) fn day_range(parameters: &mut Parameters) -> Result<RangeInclusive<Day>, Problem> {
    let from = values::day("from", &parameters.required("from")?)?;
    let to = values::day("to", &parameters.required("to")?)?;
    range("to", from, to)
}

/// The days `from` to `to`, both included; `field` tells the last one.
pub(super) fn range(field: &str, from: Day, to: Day) -> Result<RangeInclusive<Day>, Problem> {
    let days = to.days_since(from) + 1;
    if days < 1 {
        let detail = format!("{field} ends with {to}, which is before its first day, {from}");
        return Err(Problem::new(Code::RangeReversed, detail).member("field", field));
    }
    if days > RANGE_DAYS_MAX {
        let detail = format!("{from} to {to} has {days} days, {RANGE_DAYS_MAX} are the most");
        return Err(Problem::new(Code::RangeTooLong, detail)
            .member("field", field)
            .member("limit", RANGE_DAYS_MAX));
    }
    Ok(from..=to)
}
