use std::fmt;

use super::{NotAWallTime, WallTime, wall_time::DAY_MINUTES};

/// One stretch of opening: from a time of a weekday to a later time of it, or
/// past its midnight to a time of the next day. At most 24 hours by the wall.
///
/// ```
/// use domain::hours::OpenInterval;
///
/// let night = OpenInterval::new("22:00".parse()?, "02:00".parse()?)?;
/// assert!(night.is_past_midnight());
/// assert!(OpenInterval::new("00:00".parse()?, "24:00".parse()?).is_ok());
/// assert!(OpenInterval::new("09:00".parse()?, "09:00".parse()?).is_err());
/// assert!(OpenInterval::new("24:00".parse()?, "02:00".parse()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpenInterval {
    from: WallTime,
    to: WallTime,
}

/// Why two texts are no stretch of opening.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntervalError {
    /// One of the two is no time of a day.
    #[error(transparent)]
    NotAWallTime(#[from] NotAWallTime),
    /// It begins where the next day begins.
    #[error("it can't open at 24:00: that is 00:00 of the next day")]
    OpensAtEndOfDay,
    /// It begins where it ends.
    #[error("it is empty; write 00:00 to 24:00 for the whole day")]
    Empty,
}

impl OpenInterval {
    /// 00:00 to 24:00.
    pub const WHOLE_DAY: Self = Self {
        from: WallTime::START_OF_DAY,
        to: WallTime::END_OF_DAY,
    };

    /// A stretch that opens at `from` and is closed from `to` on; a `to`
    /// before `from` is the next day's.
    ///
    /// # Errors
    ///
    /// [`IntervalError::OpensAtEndOfDay`] when `from` is 24:00;
    /// [`IntervalError::Empty`] when both are the same.
    pub fn new(from: WallTime, to: WallTime) -> Result<Self, IntervalError> {
        if from == WallTime::END_OF_DAY {
            return Err(IntervalError::OpensAtEndOfDay);
        }
        if from == to {
            return Err(IntervalError::Empty);
        }
        Ok(Self { from, to })
    }

    /// When it opens.
    pub const fn from(self) -> WallTime {
        self.from
    }

    /// When it closes; exclusive. Of the next day when it is before the opening.
    pub const fn to(self) -> WallTime {
        self.to
    }

    /// Whether it closes on the next day. 24:00 is still of its own.
    pub fn is_past_midnight(self) -> bool {
        self.to < self.from
    }

    /// How long it is by the wall clock, in minutes.
    pub(super) fn minutes(self) -> u16 {
        let carried = if self.is_past_midnight() {
            DAY_MINUTES
        } else {
            0
        };
        self.to.minutes() + carried - self.from.minutes()
    }
}

impl fmt::Display for OpenInterval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}
