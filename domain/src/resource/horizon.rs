use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use crate::{
    calendar::{Day, Timestamp},
    hours::local_day,
};

/// How many days after today spans may begin unless the resource says otherwise: two
/// years, since nobody plans further.
pub const HORIZON_DAYS_DEFAULT: u32 = 731;

/// The most days that a resource may say: ten years.
pub const HORIZON_DAYS_MAX: u32 = 3_660;

/// Milliseconds of a day of 24 hours.
const DAY_MS: i64 = 86_400_000;

/// How far ahead spans may begin, by the calendar of a resource's zone.
///
/// ```
/// use domain::resource::Horizon;
///
/// let today = Horizon::Rolling(0);
/// let berlin = "Europe/Berlin".parse()?;
/// // It is the 24th there already.
/// let now = "2026-11-23T23:30:00Z".parse()?;
/// assert!(today.reaches("2026-11-24T22:45:00Z".parse()?, berlin, now));
/// assert!(!today.reaches("2026-11-24T23:00:00Z".parse()?, berlin, now));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Horizon {
    /// So many days after today.
    Rolling(u32),
    /// On this date at the latest.
    Fixed(Day),
}

impl Horizon {
    /// The last date of `zone` on which a span may begin, as `now` sees it.
    pub fn last_date(self, zone: Tz, now: Timestamp) -> NaiveDate {
        match self {
            Self::Rolling(days) => date_of(zone, now) + Days::new(days.into()),
            Self::Fixed(day) => day.date(),
        }
    }

    /// Whether a span may begin at `start`, as `now` sees it.
    pub fn reaches(self, start: Timestamp, zone: Tz, now: Timestamp) -> bool {
        self.reaches_by_far(start, now) || date_of(zone, start) <= self.last_date(zone, now)
    }

    /// The last instant from `now` on until which the passing of time does not move it.
    pub fn steady_until(self, zone: Tz, now: Timestamp) -> Timestamp {
        match self {
            Self::Rolling(_) => local_day(zone, date_of(zone, now)).end.minus_ms(1),
            Self::Fixed(_) => Timestamp::MAX,
        }
    }

    /// Whether `start` lies so far before it that no clock need be asked: no zone's date is
    /// two days off that of UTC, and none turns its clocks by more than a day.
    fn reaches_by_far(self, start: Timestamp, now: Timestamp) -> bool {
        let near = match self {
            Self::Rolling(days) => now.ms() + (i64::from(days) - 2) * DAY_MS,
            Self::Fixed(day) => day.start().ms() - 2 * DAY_MS,
        };
        start.ms() < near
    }
}

/// The date that calendars of `zone` show at an instant.
fn date_of(zone: Tz, at: Timestamp) -> NaiveDate {
    at.to_datetime().with_timezone(&zone).date_naive()
}
