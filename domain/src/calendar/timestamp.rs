use std::{fmt, str::FromStr, time::Duration};

use chrono::{DateTime, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text;

use super::{
    CalendarError,
    digits::{put, put_date},
};

/// An instant in UTC, to the millisecond, in the years 1970 to 9999.
///
/// Written as RFC 3339 with milliseconds and `Z`, in events and on the wire
/// alike: `2026-11-24T13:00:00.000Z`. Any offset is read; what is finer than a
/// millisecond, and leap seconds, are not.
///
/// ```
/// use domain::calendar::Timestamp;
///
/// let one: Timestamp = "2026-11-24T14:00:00+01:00".parse()?;
/// assert_eq!(one.to_string(), "2026-11-24T13:00:00.000Z");
/// assert!("10000-01-01T00:00:00Z".parse::<Timestamp>().is_err());
/// assert!("2026-11-24T13:00:00".parse::<Timestamp>().is_err());
/// # Ok::<(), domain::calendar::CalendarError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// 9999-12-31T23:59:59.999Z: past it RFC 3339 has no years.
const MAX_MS: i64 = 253_402_300_799_999;

impl Timestamp {
    /// 1970-01-01T00:00:00.000Z.
    pub const EPOCH: Self = Self(0);

    /// The end of the year 9999.
    pub const MAX: Self = Self(MAX_MS);

    /// From milliseconds since 1970.
    ///
    /// # Errors
    ///
    /// [`CalendarError::NotATime`] outside the years 1970 to 9999.
    pub const fn from_ms(ms: i64) -> Result<Self, CalendarError> {
        if ms < 0 || ms > MAX_MS {
            Err(CalendarError::NotATime)
        } else {
            Ok(Self(ms))
        }
    }

    /// Milliseconds since 1970.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// This instant moved on; the end of the year 9999 at the latest.
    pub const fn plus_ms(self, ms: u64) -> Self {
        let sum = self.0.saturating_add_unsigned(ms);
        Self(if sum > MAX_MS { MAX_MS } else { sum })
    }

    /// This instant moved back; the beginning of the year 1970 at the earliest.
    pub const fn minus_ms(self, ms: u64) -> Self {
        let left = self.0.saturating_sub_unsigned(ms);
        Self(if left < 0 { 0 } else { left })
    }

    /// How long after `earlier` this is; zero when it is not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }

    /// The same instant for chrono.
    pub fn to_datetime(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }
}

impl From<DateTime<Utc>> for Timestamp {
    /// Cuts to the millisecond, and to the years 1970 to 9999.
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.timestamp_millis().clamp(0, MAX_MS))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.to_datetime();
        let mut text = *b"0000-00-00T00:00:00.000Z";
        put_date(&mut text, time.date_naive());
        put(&mut text[11..13], time.hour());
        put(&mut text[14..16], time.minute());
        put(&mut text[17..19], time.second());
        put(&mut text[20..23], time.timestamp_subsec_millis());
        f.write_str(str::from_utf8(&text).unwrap_or_default())
    }
}

impl FromStr for Timestamp {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| CalendarError::NotATime)?;
        let nanos = time.timestamp_subsec_nanos();
        if nanos >= 1_000_000_000 || nanos % 1_000_000 != 0 {
            return Err(CalendarError::NotATime);
        }
        Self::from_ms(time.timestamp_millis())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer, "a time like 2026-11-24T13:00:00.000Z")
    }
}
