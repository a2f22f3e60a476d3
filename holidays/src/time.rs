//! Dates and times of a calendar file.

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, offset::LocalResult};
use chrono_tz::Tz;
use domain::calendar::Timestamp;
use icalendar::parser::Component;

use crate::Why;

/// When something begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// With a date.
    Date(NaiveDate),
    /// At an instant.
    Time(Timestamp),
}

/// The moment that a property of `event` names, if there is that property.
pub(crate) fn of(event: &Component<'_>, name: &str) -> Option<Result<Moment, Why>> {
    let property = event.find_prop(name)?;
    let parameter = |wanted: &str| {
        let mut parameters = property.params.iter();
        let found = parameters.find(|one| one.key.as_str().eq_ignore_ascii_case(wanted))?;
        Some(found.val.as_ref()?.as_str().trim_matches('"').to_owned())
    };
    Some(read(
        property.val.as_str().trim(),
        parameter("TZID").as_deref(),
    ))
}

/// A date like `20261225`, or a time like `20261225T090000Z`.
fn read(text: &str, zone: Option<&str>) -> Result<Moment, Why> {
    if text.len() == 8 {
        let date = NaiveDate::parse_from_str(text, "%Y%m%d");
        return date.map(Moment::Date).map_err(|_| Why::When);
    }
    let (wall, utc) = match text.strip_suffix('Z') {
        Some(wall) => (wall, true),
        None => (text, false),
    };
    let wall = NaiveDateTime::parse_from_str(wall, "%Y%m%dT%H%M%S").map_err(|_| Why::When)?;
    let zone = match (utc, zone) {
        (true, _) => Tz::UTC,
        (false, Some(zone)) => zone.parse().map_err(|_| Why::NoZone)?,
        (false, None) => return Err(Why::NoZone),
    };
    instant(zone, wall).map(Moment::Time).ok_or(Why::When)
}

/// The first instant at which clocks show `wall`; when they are turned on past it, as
/// long after that as clocks that were not turned would say.
fn instant(zone: Tz, wall: NaiveDateTime) -> Option<Timestamp> {
    let at = match zone.from_local_datetime(&wall) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at,
        LocalResult::None => {
            let before = wall - TimeDelta::hours(3);
            zone.from_local_datetime(&before).earliest()? + TimeDelta::hours(3)
        }
    };
    Timestamp::from_ms(at.timestamp_millis()).ok()
}

impl Moment {
    /// As much later as a duration like `P1D`, `P2W` or `PT1H30M` says.
    pub(crate) fn plus(self, duration: &str) -> Option<Self> {
        let rest = duration.strip_prefix('+').unwrap_or(duration);
        let rest = rest.strip_prefix('P')?;
        let (days, time) = rest.split_once('T').unwrap_or((rest, ""));
        let days = counted(days, &[('W', 7), ('D', 1)])?;
        let seconds = counted(time, &[('H', 3_600), ('M', 60), ('S', 1)])?;
        match self {
            Self::Date(date) if seconds == 0 => {
                Some(Self::Date(date.checked_add_days(Days::new(days))?))
            }
            Self::Date(_) => None,
            Self::Time(at) => {
                let ms = (days * 86_400).checked_add(seconds)?.checked_mul(1_000)?;
                let ms = at.ms().checked_add_unsigned(ms)?;
                Some(Self::Time(Timestamp::from_ms(ms).ok()?))
            }
        }
    }
}

/// The sum of numbers that each have one of these units, in their order; at most as
/// many as a calendar has.
fn counted(text: &str, units: &[(char, u64)]) -> Option<u64> {
    let (mut rest, mut sum) = (text, 0_u64);
    for (unit, worth) in units {
        if let Some((number, after)) = rest.split_once(*unit) {
            let number: u64 = number
                .parse()
                .ok()
                .filter(|number| *number <= 100_000_000)?;
            sum += number * worth;
            rest = after;
        }
    }
    rest.is_empty().then_some(sum)
}
