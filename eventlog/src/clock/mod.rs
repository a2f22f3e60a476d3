//! The time that everything is decided by.

mod belief;
mod boot_time;
pub(crate) mod report;

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use domain::calendar::Timestamp;
use tokio::sync::watch;

use self::belief::{Belief, Heard};
use crate::{Head, metrics};

pub(crate) use boot_time::BootTime;

/// A reading whose round trip took longer says too little of the time now: the
/// answer may have lain about while this process was stopped.
const ROUND_TRIP_MAX: Duration = Duration::from_secs(1);

/// Whether the database's clock goes as time does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockHealth {
    /// It does.
    Sound,
    /// It has jumped. Until it comes back, or has stayed where it is for 10 minutes,
    /// time is what has elapsed since it was last believed.
    Jumped {
        /// How far ahead, in milliseconds; negative when it was set back.
        by_ms: i64,
    },
}

/// The database's time, brought back by round trips and carried on by a
/// monotonic clock that counts suspension. The node's wall clock plays no part.
///
/// It never runs ahead of the database's clock, unless that is set back: by a little,
/// then until the next round trip. A reading that is more than 5 seconds from what has
/// elapsed is a jump, which is told by [`Self::health`], and is not followed until the
/// clock has gone on from there for 10 minutes.
#[derive(Debug)]
pub struct DatabaseClock {
    /// Microseconds from the machine's start to 1970, as the database is believed to
    /// see it.
    offset_us: AtomicI64,
    belief: Mutex<Belief>,
    health: watch::Sender<ClockHealth>,
}

impl DatabaseClock {
    /// A clock by its first reading.
    pub(crate) fn new(reading: DateTime<Utc>) -> Self {
        // Taken at receipt: the reading is older by now, so the clock is
        // behind and never ahead.
        let belief = Belief::new(BootTime::now(), reading.timestamp_micros());
        Self {
            offset_us: AtomicI64::new(belief.offset_us()),
            belief: Mutex::new(belief),
            health: watch::Sender::new(ClockHealth::Sound),
        }
    }

    /// The database's time by the last reading that was believed; behind it by at most
    /// that reading's way back.
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

    /// Whether the database's clock is believed, as of its last reading: at most a
    /// second ago while the database answers.
    pub fn health(&self) -> ClockHealth {
        *self.health.borrow()
    }

    /// Tells when [`Self::health`] changes.
    pub fn watch_health(&self) -> watch::Receiver<ClockHealth> {
        self.health.subscribe()
    }

    /// Takes a reading that just came in, and that was asked for at `asked`.
    pub(crate) fn learn(&self, asked: BootTime, reading: DateTime<Utc>) {
        if asked.elapsed() <= ROUND_TRIP_MAX {
            self.hear(BootTime::now(), reading);
        }
    }

    fn hear(&self, at: BootTime, reading: DateTime<Utc>) {
        let mut belief = self.belief.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = belief.hear(at, reading.timestamp_micros());
        self.offset_us.store(belief.offset_us(), Ordering::Relaxed);
        drop(belief);
        match heard {
            Heard::AsExpected => {}
            Heard::Jumped { by_us, first } => self.jumped(by_us / 1_000, first),
            Heard::CameBack => {
                tracing::warn!("the database's clock is back where it was expected");
                self.sound();
            }
            Heard::TakenOn { by_us } => {
                let by_ms = by_us / 1_000;
                tracing::error!(
                    by_ms,
                    "the database's clock stays where it has jumped to, and is believed"
                );
                self.sound();
            }
        }
    }

    fn jumped(&self, by_ms: i64, first: bool) {
        if first {
            tracing::error!(
                by_ms,
                "the database's clock has jumped, or this machine stood still; time is what elapses until it comes back, or has stayed there for 10 minutes"
            );
            self.health.send_replace(ClockHealth::Jumped { by_ms });
        }
        metrics::clock_is_off(by_ms);
    }

    fn sound(&self) {
        self.health.send_replace(ClockHealth::Sound);
        metrics::clock_is_off(0);
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
        let clock = DatabaseClock::new(at(1_000_000));
        assert!(clock.now().ms() >= 1_000_000);
    }

    #[test]
    fn a_reading_that_was_long_under_way_is_not_believed() {
        let clock = DatabaseClock::new(at(1_000_000));
        let asked = BootTime::now().minus(Duration::from_secs(3));
        clock.learn(asked, at(999_000));
        assert!(clock.now().ms() >= 1_000_000);
    }

    #[test]
    fn a_clock_set_back_a_little_is_followed_and_the_partition_is_not() {
        let clock = DatabaseClock::new(at(90_000_000));
        let head = Head {
            last_at: clock.now().plus_ms(2_000),
            ..Head::START
        };
        clock.hear(BootTime::now(), at(89_997_000));
        assert!(clock.now() < head.last_at);
        assert_eq!(clock.now_after(&head), head.last_at);
    }

    #[test]
    fn a_jump_is_told_and_does_not_change_the_time() {
        let clock = DatabaseClock::new(at(90_000_000));
        let (start, before) = (BootTime::now(), clock.now());
        let mut health = clock.watch_health();
        clock.hear(start, at(90_000_000 + 86_400_000));
        assert!(clock.now().since(before) < Duration::from_secs(86_000));
        assert!(matches!(clock.health(), ClockHealth::Jumped { by_ms } if by_ms > 86_000_000));
        assert!(matches!(health.has_changed(), Ok(true)));
        health.mark_unchanged();
        clock.hear(start, at(90_000_000));
        assert_eq!(clock.health(), ClockHealth::Sound);
        assert!(matches!(health.has_changed(), Ok(true)));
    }
}
