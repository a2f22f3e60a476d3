use std::{fmt, str::FromStr};

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text;

use super::{CalendarError, SLOT_MS, SLOTS_PER_DAY, SlotIndex, Timestamp, digits::put_date};

/// A UTC date, from 1970-01-01 to 9999-12-31.
///
/// ```
/// use domain::calendar::Day;
///
/// let day: Day = "2026-11-24".parse()?;
/// assert_eq!(day.to_string(), "2026-11-24");
/// assert!("2026-02-30".parse::<Day>().is_err());
/// assert!("2026-1-1".parse::<Day>().is_err());
/// # Ok::<(), domain::calendar::CalendarError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(NaiveDate);

impl Day {
    /// The UTC day of this date.
    ///
    /// # Errors
    ///
    /// [`CalendarError::NotADate`] outside the years 1970 to 9999.
    pub fn new(date: NaiveDate) -> Result<Self, CalendarError> {
        if (1970..=9999).contains(&date.year()) {
            Ok(Self(date))
        } else {
            Err(CalendarError::NotADate)
        }
    }

    /// The UTC day that `time` falls in.
    pub fn of(time: Timestamp) -> Self {
        Self(time.to_datetime().date_naive())
    }

    /// The same date for chrono.
    pub const fn date(self) -> NaiveDate {
        self.0
    }

    /// Midnight UTC, where the day begins.
    pub fn start(self) -> Timestamp {
        Timestamp::from(self.0.and_time(chrono::NaiveTime::MIN).and_utc())
    }

    /// The next midnight UTC; exclusive.
    pub fn end(self) -> Timestamp {
        let length = i64::from(SLOTS_PER_DAY) * SLOT_MS;
        self.start().plus_ms(length.unsigned_abs())
    }

    /// When `slot` of this day begins.
    pub fn at(self, slot: SlotIndex) -> Timestamp {
        let offset = i64::from(slot.get()) * SLOT_MS;
        self.start().plus_ms(offset.unsigned_abs())
    }

    /// The day `days` later, or none past the year 9999.
    pub fn plus(self, days: u32) -> Option<Self> {
        let date = self.0.checked_add_days(Days::new(days.into()))?;
        Self::new(date).ok()
    }

    /// Days from `earlier` to this one; negative when it is later.
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }

    /// The days from this one to `last`, both included.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> {
        let mut next = Some(self);
        std::iter::from_fn(move || {
            let day = next.filter(|day| *day <= last)?;
            next = day.plus(1);
            Some(day)
        })
    }

    /// The day and slot in which quarter hour `quarter` since 1970 falls.
    pub(super) fn of_quarter(quarter: i64) -> (Self, SlotIndex) {
        let start = Timestamp::EPOCH.plus_ms((quarter * SLOT_MS).unsigned_abs());
        let slot = quarter.rem_euclid(SLOTS_PER_DAY.into());
        let slot = u8::try_from(slot)
            .ok()
            .and_then(|slot| SlotIndex::new(slot).ok());
        (Self::of(start), slot.unwrap_or(SlotIndex::FIRST))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = *b"0000-00-00";
        put_date(&mut text, self.0);
        f.write_str(str::from_utf8(&text).unwrap_or_default())
    }
}

impl FromStr for Day {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // chrono reads `2026-1-1`, `+2026-01-01` and `2026- 1- 1` too; the API
        // promises one form.
        let digits = |(nth, byte): (usize, u8)| match nth {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        if text.len() != 10 || !text.bytes().enumerate().all(digits) {
            return Err(CalendarError::NotADate);
        }
        let date = text.parse().map_err(|_| CalendarError::NotADate)?;
        Self::new(date)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer, "a date like 2026-11-24")
    }
}
