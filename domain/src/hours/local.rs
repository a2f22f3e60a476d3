use std::ops::Range;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, offset::LocalResult};
use chrono_tz::{GapInfo, Tz};

use crate::calendar::Timestamp;

/// The instants of the local day `date` in `zone`, from its first to the next
/// date's first: 22 to 26 hours in the zones of 2026, none when the zone
/// skipped the date.
///
/// ```
/// use domain::hours::local_day;
///
/// let short = local_day("Europe/Berlin".parse()?, "2026-03-29".parse()?);
/// assert_eq!(short.start.to_string(), "2026-03-28T23:00:00.000Z");
/// assert_eq!(short.end.since(short.start).as_secs(), 23 * 3600);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn local_day(zone: Tz, date: NaiveDate) -> Range<Timestamp> {
    let next = date.succ_opt().unwrap_or(date);
    first_instant(zone, date)..first_instant(zone, next)
}

/// When `date` begins.
fn first_instant(zone: Tz, date: NaiveDate) -> Timestamp {
    opening_instant(zone, date.and_time(NaiveTime::MIN))
}

/// When what opens at `wall` opens: the earlier of the two instants at which
/// clocks that were turned back show it; when they were turned on past it, the
/// instant of that.
pub(super) fn opening_instant(zone: Tz, wall: NaiveDateTime) -> Timestamp {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => stamp(instant),
        LocalResult::None => end_of_gap(zone, wall),
    }
}

/// When what closes at `wall` is closed for good: the later of the two instants at
/// which clocks that were turned back show it; when they were turned on past it, the
/// instant of that.
pub(super) fn closing_instant(zone: Tz, wall: NaiveDateTime) -> Timestamp {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(_, instant) => stamp(instant),
        LocalResult::None => end_of_gap(zone, wall),
    }
}

/// The instants at which clocks show `wall`: none, one or two, ascending.
pub(super) fn instants(zone: Tz, wall: NaiveDateTime) -> impl Iterator<Item = Timestamp> {
    let shown = zone.from_local_datetime(&wall);
    let (first, second) = match shown {
        LocalResult::None => (None, None),
        LocalResult::Single(instant) => (Some(instant), None),
        LocalResult::Ambiguous(first, second) => (Some(first), Some(second)),
    };
    let instants = first.into_iter().chain(second);
    instants.filter_map(|instant| Timestamp::from_ms(instant.timestamp_millis()).ok())
}

/// When clocks were turned on past `wall`.
fn end_of_gap(zone: Tz, wall: NaiveDateTime) -> Timestamp {
    let end = GapInfo::new(&wall, &zone).and_then(|gap| gap.end);
    // Every gap lies between two stretches of time that chrono-tz knows; what
    // is left is the edge of its calendar, where a day more or less is all the same.
    end.map_or_else(|| wall.and_utc().into(), stamp)
}

fn stamp(instant: DateTime<Tz>) -> Timestamp {
    instant.to_utc().into()
}
