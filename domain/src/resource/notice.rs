use crate::calendar::Timestamp;

/// The longest notice, in minutes: 365 days.
pub const NOTICE_MINUTES_MAX: u32 = 365 * 1440;

/// How long before the start of a span something can be asked for the last time: 0 to
/// [`NOTICE_MINUTES_MAX`] minutes.
///
/// ```
/// use domain::{calendar::Timestamp, resource::Notice};
///
/// let start: Timestamp = "2026-11-24T13:00:00Z".parse()?;
/// let hour = Notice::from_minutes(60);
/// assert_eq!(hour.until(start).to_string(), "2026-11-24T12:00:00.000Z");
/// assert!(hour.is_kept(start, "2026-11-24T12:00:00Z".parse()?));
/// assert!(!hour.is_kept(start, "2026-11-24T12:00:00.001Z".parse()?));
/// # Ok::<(), domain::calendar::CalendarError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Notice {
    minutes: u32,
}

impl Notice {
    /// Something can be asked at any time.
    pub const NONE: Self = Self { minutes: 0 };

    /// So many minutes.
    pub const fn from_minutes(minutes: u32) -> Self {
        Self { minutes }
    }

    /// Whether something can be asked at any time.
    pub const fn is_none(self) -> bool {
        self.minutes == 0
    }

    /// The last instant at which it can be asked of what begins at `start`.
    pub fn until(self, start: Timestamp) -> Timestamp {
        start.minus_ms(u64::from(self.minutes) * 60_000)
    }

    /// Whether it can be asked at `now` of what begins at `start`. Without any notice also
    /// of what has begun.
    pub fn is_kept(self, start: Timestamp, now: Timestamp) -> bool {
        self.is_none() || now <= self.until(start)
    }
}
