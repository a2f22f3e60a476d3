use chrono::Weekday;
use serde::{Deserialize, Serialize};

use super::{IntervalError, OpenInterval, wall_time::DAY_MINUTES, written::WeekFields};

/// The most stretches of opening in a weekday: one for every hour and a half.
pub const INTERVALS_PER_DAY_MAX: usize = 16;

/// A week's opening hours by the wall clock.
///
/// Written as the stretches of each weekday; a day left out is closed. Read
/// back, they are written the same to the byte.
///
/// ```
/// use domain::hours::WeeklyHours;
///
/// let office = r#"{"mon":[{"from":"09:00","to":"17:00"}],"sat":[{"from":"22:00","to":"02:00"}]}"#;
/// let hours: WeeklyHours = serde_json::from_str(office)?;
/// assert_eq!(serde_json::to_string(&hours)?, office);
/// assert!(hours.on(chrono::Weekday::Tue).is_empty());
///
/// let twice = r#"{"sun":[{"from":"22:00","to":"02:00"}],"mon":[{"from":"01:00","to":"03:00"}]}"#;
/// let refused = serde_json::from_str::<WeeklyHours>(twice).unwrap_err();
/// assert!(refused.to_string().starts_with("hours: sun 22:00-02:00 overlaps mon 01:00-03:00"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "WeekFields", into = "WeekFields")]
pub struct WeeklyHours {
    /// From Monday on; each day's ascending.
    days: [Vec<OpenInterval>; 7],
}

/// What is wrong with opening hours, and on which weekday.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// A stretch that is none.
    #[error("hours: {} {from}-{to}: {fault}", key(*.weekday))]
    Interval {
        /// Whose.
        weekday: Weekday,
        /// When it was to open.
        from: String,
        /// When it was to close.
        to: String,
        /// Why not.
        fault: IntervalError,
    },
    /// Two stretches that share time; the first may run past midnight into the
    /// second's day.
    #[error("hours: {} {first} overlaps {} {second}", key(*.weekday), key(*.second_weekday))]
    Overlap {
        /// The first one's.
        weekday: Weekday,
        /// The first.
        first: OpenInterval,
        /// The second one's.
        second_weekday: Weekday,
        /// The second.
        second: OpenInterval,
    },
    /// Too many stretches.
    #[error("hours: {} has {count} stretches, more than {INTERVALS_PER_DAY_MAX}", key(*.weekday))]
    TooMany {
        /// On which day.
        weekday: Weekday,
        /// How many.
        count: usize,
    },
}

/// The weekday as the written form names it.
const fn key(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}

const WEEK: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

impl WeeklyHours {
    /// A week with these stretches, in any order.
    ///
    /// # Errors
    ///
    /// [`HoursError::TooMany`] above [`INTERVALS_PER_DAY_MAX`] on a day;
    /// [`HoursError::Overlap`] when two share time on the week's circle, Sunday
    /// past midnight and Monday included. Stretches may touch.
    pub fn new(
        intervals: impl IntoIterator<Item = (Weekday, OpenInterval)>,
    ) -> Result<Self, HoursError> {
        let mut hours = Self::default();
        for (weekday, interval) in intervals {
            hours.days[index(weekday)].push(interval);
        }
        for (weekday, day) in WEEK.into_iter().zip(&mut hours.days) {
            day.sort_unstable();
            let count = day.len();
            if count > INTERVALS_PER_DAY_MAX {
                return Err(HoursError::TooMany { weekday, count });
            }
        }
        hours.require_disjoint()?;
        Ok(hours)
    }

    /// The stretches that open on `weekday`, ascending.
    pub fn on(&self, weekday: Weekday) -> &[OpenInterval] {
        &self.days[index(weekday)]
    }

    /// All stretches with the weekday on which they open, ascending from Monday.
    pub fn iter(&self) -> impl Iterator<Item = (Weekday, OpenInterval)> {
        let days = WEEK.into_iter().zip(&self.days);
        days.flat_map(|(weekday, day)| day.iter().map(move |interval| (weekday, *interval)))
    }

    /// In the order of their openings, two overlap only if two neighbours do.
    fn require_disjoint(&self) -> Result<(), HoursError> {
        let week: Vec<(Weekday, OpenInterval)> = self.iter().collect();
        let within = week.iter().zip(week.iter().skip(1)).map(|pair| (pair, 0));
        let around = week.last().zip(week.first());
        let around = around.map(|pair| (pair, WEEK_MINUTES));
        for ((&(weekday, first), &(second_weekday, second)), carried) in within.chain(around) {
            let closes = minute_of_week(weekday, first) + u32::from(first.minutes());
            if closes > minute_of_week(second_weekday, second) + carried {
                return Err(HoursError::Overlap {
                    weekday,
                    first,
                    second_weekday,
                    second,
                });
            }
        }
        Ok(())
    }
}

/// Minutes of a week as its wall clocks count them.
const WEEK_MINUTES: u32 = 7 * DAY_MINUTES as u32;

/// When `interval` opens, counted from Monday 00:00.
fn minute_of_week(weekday: Weekday, interval: OpenInterval) -> u32 {
    let before = weekday.num_days_from_monday() * u32::from(DAY_MINUTES);
    before + u32::from(interval.from().minutes())
}

fn index(weekday: Weekday) -> usize {
    weekday.num_days_from_monday() as usize
}
