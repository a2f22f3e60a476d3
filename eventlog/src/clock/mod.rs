//! The time that everything is decided by.

mod belief;
mod boot_time;
mod first;
mod machine;
pub(crate) mod report;
mod start;

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

use self::{
    belief::{Belief, Heard},
    machine::machine_us,
    start::{Agreed, AtOdds, Witnesses},
};
use crate::{Head, LogError, metrics};

pub(crate) use self::{boot_time::BootTime, first::FirstReadings};

/// A reading whose round trip took longer says too little of the time now: the
/// answer may have lain about while this process was stopped.
const ROUND_TRIP_MAX: Duration = Duration::from_secs(1);

/// Whether a reading that was asked for at `asked`, and that just came in, says what time
/// it is.
fn is_recent(asked: BootTime) -> bool {
    asked.elapsed() <= ROUND_TRIP_MAX
}

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
    /// At this node's start it differs from the machine's clock, and the log does not
    /// say which of them is right. Nothing is decided, for a minute at most.
    AtOdds {
        /// How far it is ahead of the machine's, in milliseconds; negative when behind.
        ahead_ms: i64,
    },
}

/// The database's time, brought back by round trips and carried on by a
/// monotonic clock that counts suspension.
///
/// The node's wall clock is a witness at the start, of whether the first reading is to be
/// believed, and plays no part later.
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
    stance: Mutex<Stance>,
    health: watch::Sender<ClockHealth>,
}

/// How far this node has got with its database's clock.
#[derive(Debug)]
enum Stance {
    /// It was believed, and is as long as it goes on as time does.
    Believing(Belief),
    /// It was never believed.
    Starting(Start),
}

/// A node's start, until it is known which clock is right.
#[derive(Debug)]
struct Start {
    at_odds: AtOdds,
    /// When the log's last event was written, in microseconds since 1970.
    written_us: Option<i64>,
}

impl DatabaseClock {
    /// A clock by its first reading, one that [`FirstReadings`] takes. The log's last event, which is of `written`, and the
    /// machine's clock are asked whether it is right.
    pub(crate) fn new(reading: DateTime<Utc>, written: Option<DateTime<Utc>>) -> Self {
        let witnesses = Witnesses {
            database: reading.timestamp_micros(),
            machine: machine_us(),
            written: written.map(|written| written.timestamp_micros()),
        };
        Self::by(BootTime::now(), witnesses)
    }

    /// A clock by what is known at `at`, the time of the reading's receipt: the reading
    /// is older by then, so the clock is behind and never ahead.
    fn by(at: BootTime, witnesses: Witnesses) -> Self {
        let start = Start {
            at_odds: AtOdds::new(at, witnesses.database - at.us()),
            written_us: witnesses.written,
        };
        let clock = Self {
            offset_us: AtomicI64::new(0),
            stance: Mutex::new(Stance::Starting(start)),
            health: watch::Sender::new(ClockHealth::Sound),
        };
        tell_of_the_log(&witnesses);
        clock.hear(at, witnesses.database, witnesses.machine);
        clock
    }

    /// The database's time by the last reading that was believed; behind it by at most
    /// that reading's way back. Before any was believed, the earlier of the database's
    /// and the machine's: to show things by, and to decide nothing.
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

    /// The time to decide at: [`Self::now`], once it is believed.
    ///
    /// # Errors
    ///
    /// [`LogError::ClockAtOdds`].
    pub fn decide_at(&self) -> Result<Timestamp, LogError> {
        match self.health() {
            ClockHealth::Sound | ClockHealth::Jumped { .. } => Ok(self.now()),
            ClockHealth::AtOdds { ahead_ms } => Err(LogError::ClockAtOdds { ahead_ms }),
        }
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
        if is_recent(asked) {
            self.hear(BootTime::now(), reading.timestamp_micros(), machine_us());
        }
    }

    fn hear(&self, at: BootTime, database_us: i64, machine_us: i64) {
        let mut stance = self.stance.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *stance {
            Stance::Believing(belief) => {
                let heard = belief.hear(at, database_us);
                self.offset_us.store(belief.offset_us(), Ordering::Relaxed);
                self.tell(heard);
            }
            Stance::Starting(start) => {
                let witnesses = Witnesses {
                    database: database_us,
                    machine: machine_us,
                    written: start.written_us,
                };
                if let Some(belief) = self.settle(at, &mut start.at_odds, &witnesses) {
                    *stance = Stance::Believing(belief);
                }
            }
        }
    }

    /// Which time to go by, if that is known.
    fn settle(&self, at: BootTime, at_odds: &mut AtOdds, witnesses: &Witnesses) -> Option<Belief> {
        let (database_us, ahead_ms) = (witnesses.database, witnesses.apart_us() / 1_000);
        let go_by = |offset_us| self.offset_us.store(offset_us, Ordering::Relaxed);
        let by_the_database = Belief::new(at, database_us);
        match witnesses.agreed() {
            Agreed::Database => {
                go_by(by_the_database.offset_us());
                if !witnesses.clocks_agree() {
                    tracing::warn!(
                        ahead_ms,
                        "the database's clock is ahead of this machine's by so much, and is believed: set this machine's right"
                    );
                }
                self.sound();
                Some(by_the_database)
            }
            Agreed::Machine => {
                let offset_us = witnesses.machine_or_written() - at.us();
                go_by(offset_us);
                self.jumped(ahead_ms, true);
                Some(Belief::jumped_from(offset_us, at, database_us))
            }
            Agreed::Nothing if at_odds.is_over(at, by_the_database.offset_us()) => {
                go_by(by_the_database.offset_us());
                tracing::error!(
                    ahead_ms,
                    "the database's clock is ahead of this machine's by so much, and is believed, since nothing says that it is wrong"
                );
                self.sound();
                Some(by_the_database)
            }
            Agreed::Nothing => {
                go_by(database_us.min(witnesses.machine) - at.us());
                self.at_odds(ahead_ms);
                None
            }
        }
    }

    fn tell(&self, heard: Heard) {
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

    fn at_odds(&self, ahead_ms: i64) {
        let news = !matches!(self.health(), ClockHealth::AtOdds { .. });
        if news {
            tracing::error!(
                ahead_ms,
                "the database's clock is ahead of this machine's by so much, and the log does not say which is right: set the wrong one right; nothing is decided meanwhile, for a minute at most"
            );
        }
        self.health.send_if_modified(|health| {
            *health = ClockHealth::AtOdds { ahead_ms };
            news
        });
        metrics::clock_is_off(ahead_ms);
    }

    fn sound(&self) {
        self.health.send_replace(ClockHealth::Sound);
        metrics::clock_is_off(0);
    }
}

/// Tells of a log that was written to by a clock that was far ahead.
fn tell_of_the_log(witnesses: &Witnesses) {
    if let Some(ahead_us) = witnesses.written_ahead_us() {
        tracing::error!(
            ahead_ms = ahead_us / 1_000,
            database_ahead_of_machine_ms = witnesses.apart_us() / 1_000,
            "the log's last event is of a time that is so far ahead of the database's clock and of this machine's: a clock was ahead when it was written; what is decided goes by the database's, and is recorded at the log's last time until that has come"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 86_400_000;

    fn at(ms: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(ms).expect("within chrono's range")
    }

    /// A clock that was believed at once.
    fn believed(ms: i64) -> DatabaseClock {
        DatabaseClock::new(at(ms), None)
    }

    /// A node's start: what the database's clock shows, the machine's, and of when the
    /// log's last event is, in milliseconds.
    fn started(start: BootTime, database: i64, machine: i64, written: i64) -> DatabaseClock {
        let witnesses = Witnesses {
            database: database * 1_000,
            machine: machine * 1_000,
            written: Some(written * 1_000),
        };
        DatabaseClock::by(start, witnesses)
    }

    fn hear(clock: &DatabaseClock, start: BootTime, seconds: u64, database: i64, machine: i64) {
        let at = start.plus(Duration::from_secs(seconds));
        clock.hear(at, database * 1_000, machine * 1_000);
    }

    #[test]
    fn time_is_carried_on_from_the_reading() {
        let clock = believed(1_000_000);
        assert!(clock.now().ms() >= 1_000_000);
    }

    #[test]
    fn a_reading_that_was_long_under_way_is_not_believed() {
        let clock = believed(1_000_000);
        let asked = BootTime::now().minus(Duration::from_secs(3));
        clock.learn(asked, at(999_000));
        assert!(clock.now().ms() >= 1_000_000);
    }

    #[test]
    fn a_clock_set_back_a_little_is_followed_and_the_partition_is_not() {
        let clock = believed(90_000_000);
        let head = Head {
            last_at: clock.now().plus_ms(2_000),
            ..Head::START
        };
        clock.hear(BootTime::now(), 89_997_000_000, 0);
        assert!(clock.now() < head.last_at);
        assert_eq!(clock.now_after(&head), head.last_at);
    }

    #[test]
    fn a_jump_is_told_and_does_not_change_the_time() {
        let clock = believed(90_000_000);
        let (start, before) = (BootTime::now(), clock.now());
        let mut health = clock.watch_health();
        hear(&clock, start, 0, 90_000_000 + DAY_MS, 0);
        assert!(clock.now().since(before) < Duration::from_secs(86_000));
        assert!(matches!(clock.health(), ClockHealth::Jumped { by_ms } if by_ms > 86_000_000));
        assert!(matches!(health.has_changed(), Ok(true)));
        health.mark_unchanged();
        hear(&clock, start, 0, 90_000_000, 0);
        assert_eq!(clock.health(), ClockHealth::Sound);
        assert!(matches!(health.has_changed(), Ok(true)));
    }

    #[test]
    fn a_first_reading_that_two_others_speak_against_is_a_jump() {
        let (start, now) = (BootTime::now(), 20_000 * DAY_MS);
        let clock = started(start, now + DAY_MS, now, now - 1_000);
        assert_eq!(clock.health(), ClockHealth::Jumped { by_ms: DAY_MS });
        let decided = clock.decide_at().expect("it is known what time it is");
        assert!((now..now + 60_000).contains(&decided.ms()));
        hear(&clock, start, 10, now + 10_000, now + 10_000);
        assert_eq!(clock.health(), ClockHealth::Sound);
    }

    #[test]
    fn clocks_at_odds_decide_nothing_until_one_is_set_right() {
        let (start, now) = (BootTime::now(), 20_000 * DAY_MS);
        let clock = started(start, now + DAY_MS, now, now - DAY_MS);
        let ahead_ms = DAY_MS;
        assert_eq!(clock.health(), ClockHealth::AtOdds { ahead_ms });
        assert!(matches!(
            clock.decide_at(),
            Err(LogError::ClockAtOdds { ahead_ms }) if ahead_ms == DAY_MS
        ));
        assert!(clock.now().ms() < now + 60_000, "nothing runs out by it");
        hear(&clock, start, 10, now + 10_000, now + 10_000);
        assert_eq!(clock.health(), ClockHealth::Sound);
        assert!(clock.decide_at().is_ok());
    }

    #[test]
    fn clocks_at_odds_are_no_longer_so_after_a_minute() {
        let (start, now) = (BootTime::now(), 20_000 * DAY_MS);
        let clock = started(start, now + DAY_MS, now, now - DAY_MS);
        for seconds in [10, 59] {
            let elapsed = i64::try_from(seconds * 1_000).expect("little");
            hear(
                &clock,
                start,
                seconds,
                now + DAY_MS + elapsed,
                now + elapsed,
            );
            assert!(clock.decide_at().is_err());
        }
        hear(&clock, start, 61, now + DAY_MS + 61_000, now + 61_000);
        assert_eq!(clock.health(), ClockHealth::Sound);
        assert!(clock.now().ms() >= now + DAY_MS - 1_000);
    }

    #[test]
    fn a_machine_s_clock_that_the_log_speaks_against_is_not_asked_again() {
        let (start, now) = (BootTime::now(), 20_000 * DAY_MS);
        let clock = started(start, now, now - DAY_MS, now - 1_000);
        assert_eq!(clock.health(), ClockHealth::Sound);
        assert!(clock.now().ms() >= now);
        hear(&clock, start, 10, now + 10_000, now + 400 * DAY_MS);
        assert_eq!(clock.health(), ClockHealth::Sound);
    }
}
