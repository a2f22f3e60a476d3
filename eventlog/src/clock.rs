use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use chrono::{DateTime, Utc};
use domain::calendar::Timestamp;
use rustix::time::{ClockId, clock_gettime};

use crate::Head;

/// A reading whose round trip took longer says too little of the time now: the
/// answer may have lain about while this process was stopped.
const ROUND_TRIP_MAX: Duration = Duration::from_secs(1);

/// The database's time, brought back by round trips and carried on by a
/// monotonic clock that counts suspension. The node's wall clock plays no part.
///
/// It never runs ahead of the database's clock, unless that is set back: then
/// until the next round trip.
#[derive(Debug)]
pub struct DatabaseClock {
    /// Microseconds from the machine's start to 1970, as the database sees it.
    offset_us: AtomicI64,
}

impl DatabaseClock {
    /// A clock by its first reading.
    pub(crate) fn new(asked: BootTime, reading: DateTime<Utc>) -> Self {
        let clock = Self {
            offset_us: AtomicI64::new(0),
        };
        clock.set(reading);
        clock.learn(asked, reading);
        clock
    }

    /// The database's time by the last reading; behind it by at most that
    /// reading's way back.
    pub fn now(&self) -> Timestamp {
        let offset_us = self.offset_us.load(Ordering::Relaxed);
        let ms = (BootTime::now().us() + offset_us).div_euclid(1_000);
        Timestamp::from_ms(ms).unwrap_or(Timestamp::EPOCH)
    }

    /// The time to decide at for a partition whose end is `head`: the
    /// database's, and never before the last event.
    pub fn now_after(&self, head: &Head) -> Timestamp {
        self.now().max(head.last_at)
    }

    /// Takes a reading that just came in, and that was asked for at `asked`.
    pub(crate) fn learn(&self, asked: BootTime, reading: DateTime<Utc>) {
        if asked.elapsed() <= ROUND_TRIP_MAX {
            self.set(reading);
        }
    }

    fn set(&self, reading: DateTime<Utc>) {
        // Taken at receipt: the reading is older by now, so the clock is
        // behind and never ahead.
        let offset_us = reading.timestamp_micros() - BootTime::now().us();
        self.offset_us.store(offset_us, Ordering::Relaxed);
    }
}

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
        Self::now().0.saturating_sub(self.0)
    }

    pub(crate) fn plus(self, duration: Duration) -> Self {
        Self(self.0 + duration)
    }

    /// How long until it; zero when it is past.
    pub(crate) fn remaining(self) -> Duration {
        self.0.saturating_sub(Self::now().0)
    }

    fn us(self) -> i64 {
        i64::try_from(self.0.as_micros()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(ms).expect("within chrono's range")
    }

    #[test]
    fn time_is_carried_on_from_the_reading() {
        let clock = DatabaseClock::new(BootTime::now(), at(1_000_000));
        assert!(clock.now().ms() >= 1_000_000);
    }

    #[test]
    fn a_reading_that_was_long_under_way_is_not_believed() {
        let clock = DatabaseClock::new(BootTime::now(), at(1_000_000));
        let asked = BootTime(BootTime::now().0.saturating_sub(Duration::from_secs(3)));
        clock.learn(asked, at(5_000));
        assert!(clock.now().ms() >= 1_000_000);
    }

    #[test]
    fn a_clock_set_back_is_followed_and_the_partition_is_not() {
        let clock = DatabaseClock::new(BootTime::now(), at(90_000_000));
        let head = Head {
            last_at: clock.now(),
            ..Head::START
        };
        clock.learn(BootTime::now(), at(1_000_000));
        assert!(clock.now() < head.last_at);
        assert_eq!(clock.now_after(&head), head.last_at);
    }
}
