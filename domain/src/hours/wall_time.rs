use std::{fmt, str::FromStr};

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::calendar::SLOT_MINUTES;

/// Minutes of a local day as its wall clock counts them.
pub(super) const DAY_MINUTES: u16 = 24 * 60;

/// A quarter hour of a local day as its wall clock shows it, 00:00 to 24:00.
///
/// ```
/// use domain::hours::WallTime;
///
/// let opens: WallTime = "09:15".parse()?;
/// assert_eq!(opens.minutes(), 555);
/// assert!("24:00".parse::<WallTime>().is_ok());
/// assert!("24:15".parse::<WallTime>().is_err());
/// assert!("09:10".parse::<WallTime>().is_err());
/// assert!("9:15".parse::<WallTime>().is_err());
/// # Ok::<(), domain::hours::NotAWallTime>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallTime(u16);

impl WallTime {
    /// Where a day begins.
    pub const START_OF_DAY: Self = Self(0);
    /// Where a day ends: the next day's 00:00.
    pub const END_OF_DAY: Self = Self(DAY_MINUTES);

    /// Minutes that the wall clock has counted since 00:00, 0 to 1,440.
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// What a clock on the wall and a calendar beside it show at this time of
    /// `date`; nothing past the last date that chrono knows.
    pub(super) fn on(self, date: NaiveDate) -> Option<NaiveDateTime> {
        let midnight = NaiveTime::MIN;
        if self == Self::END_OF_DAY {
            return Some(date.checked_add_days(Days::new(1))?.and_time(midnight));
        }
        let counted = TimeDelta::minutes(self.0.into());
        date.and_time(midnight).checked_add_signed(counted)
    }
}

/// Text that is no quarter hour of a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a quarter hour like 09:15, from 00:00 to 24:00")]
pub struct NotAWallTime(pub String);

impl FromStr for WallTime {
    type Err = NotAWallTime;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        quarter_hour(text)
            .map(Self)
            .ok_or_else(|| NotAWallTime(text.into()))
    }
}

/// The minutes that `HH:MM` stands for: two digits each, on a quarter hour.
fn quarter_hour(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits = |part: &str| {
        let plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| part.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    let counted = hours * 60 + minutes;
    let legal =
        minutes < 60 && counted <= DAY_MINUTES && u32::from(minutes).is_multiple_of(SLOT_MINUTES);
    legal.then_some(counted)
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}
