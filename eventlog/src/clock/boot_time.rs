use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// An instant of the machine's monotonic clock, counted through suspension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BootTime(Duration);

impl BootTime {
    pub(crate) fn now() -> Self {
        let now = clock_gettime(ClockId::Boottime);
        // Neither is negative: the clock counts from the machine's start.
        let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
        let nanoseconds = u32::try_from(now.tv_nsec).unwrap_or(0);
        Self(Duration::new(seconds, nanoseconds))
    }

    pub(crate) fn elapsed(self) -> Duration {
        Self::now().since(self)
    }

    /// How long after `earlier` it is; zero when it is before.
    pub(super) fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    pub(crate) fn plus(self, duration: Duration) -> Self {
        Self(self.0 + duration)
    }

    #[cfg(test)]
    pub(super) fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(duration))
    }

    /// How long until it; zero when it is past.
    pub(crate) fn remaining(self) -> Duration {
        self.since(Self::now())
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "machines do not run for 300,000 years"
    )]
    pub(super) const fn us(self) -> i64 {
        self.0.as_micros() as i64
    }
}
