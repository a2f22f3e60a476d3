use projections::live::Wanted;

use crate::problem::{Code, Problem};

use super::{Parameters, range::range, values};

/// The most ranges of days that one stream watches: those of a page of a hundred
/// resources, twice. A request that names so many is some 20 kB long at most, less
/// than a request's head may have.
pub(crate) const STREAM_RANGES_MAX: usize = 200;

/// What the form of the days is.
const FORM: &str = "days are like studio-a:2026-12-01..2026-12-31,studio-b:2026-12-01..2026-12-31";

/// The days of many resources of a query: those of `days`, which the viewer has been sent
/// up to its last id, and those of `whole`, which are all sent.
///
/// # Errors
///
/// `missing_parameter` without either; `invalid_days`, `invalid_resource_id`,
/// `invalid_date`, `date_out_of_range`, `range_reversed`, `range_too_long`,
/// `too_many_ranges`.
pub(crate) fn days_of_many(parameters: &mut Parameters) -> Result<Vec<Wanted>, Problem> {
    let whole = parameters.optional("whole")?;
    let days = match &whole {
        Some(_) => parameters.optional("days")?,
        None => Some(parameters.required("days")?),
    };
    let mut wanted = Vec::new();
    for (field, text, known) in [("days", days, true), ("whole", whole, false)] {
        for entry in text.iter().flat_map(|text| text.split(',')) {
            if wanted.len() == STREAM_RANGES_MAX {
                return Err(too_many(field));
            }
            wanted.push(read(field, entry, known)?);
        }
    }
    Ok(wanted)
}

fn too_many(field: &str) -> Problem {
    let detail = format!("a stream watches {STREAM_RANGES_MAX} ranges at most");
    Problem::new(Code::TooManyRanges, detail)
        .member("field", field)
        .member("limit", STREAM_RANGES_MAX)
}

fn read(field: &str, entry: &str, known: bool) -> Result<Wanted, Problem> {
    let malformed = || Problem::value(Code::InvalidDays, field, entry, FORM);
    let (resource, days) = entry.split_once(':').ok_or_else(malformed)?;
    let (from, to) = days.split_once("..").ok_or_else(malformed)?;
    let resource = values::resource_id(field, resource)?;
    let (from, to) = (values::day(field, from)?, values::day(field, to)?);
    Ok(Wanted {
        resource,
        days: range(field, from, to)?,
        known,
    })
}
