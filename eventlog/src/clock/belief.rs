//! Which readings of the database's clock are believed.

use std::time::Duration;

use super::BootTime;

/// A reading that is further than this from what has elapsed is a jump: 5 s. Leap
/// seconds, what time servers slew, and readings that were a second under way are less;
/// so much is the shortest lease that a resource can have.
const JUMP_MIN: Duration = Duration::from_secs(5);

/// How long the clock must go on from where it has jumped to before it is believed:
/// 10 min. Meanwhile time is what elapses and everything works, so that there is no
/// haste: an operator who was alarmed has looked by then, and time servers have
/// corrected what they had wrong.
const BELIEVED_AFTER: Duration = Duration::from_mins(10);

/// Where the database's clock is against the machine's, in microseconds from the
/// machine's start to 1970.
#[derive(Debug)]
pub(super) struct Belief {
    offset_us: i64,
    doubt: Option<Doubt>,
}

/// Where it has jumped to.
#[derive(Debug)]
struct Doubt {
    offset_us: i64,
    since: BootTime,
}

/// What a reading says once the clock was believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// It is where it is expected.
    AsExpected,
    /// It has jumped, and is not believed.
    Jumped {
        /// How far ahead.
        by_us: i64,
        /// Whether that is news.
        first: bool,
    },
    /// It has jumped back to where it was expected.
    CameBack,
    /// It stayed where it had jumped to, and is believed from now on.
    TakenOn {
        /// How far ahead.
        by_us: i64,
    },
}

impl Belief {
    /// By a reading that is believed.
    pub(super) fn new(at: BootTime, reading_us: i64) -> Self {
        Self {
            offset_us: reading_us - at.us(),
            doubt: None,
        }
    }

    /// By the machine's clock, at `offset_us`, from which the database's first reading
    /// says that it has jumped.
    pub(super) const fn jumped_from(offset_us: i64, at: BootTime, reading_us: i64) -> Self {
        let doubt = Doubt {
            offset_us: reading_us - at.us(),
            since: at,
        };
        Self {
            offset_us,
            doubt: Some(doubt),
        }
    }

    pub(super) const fn offset_us(&self) -> i64 {
        self.offset_us
    }

    /// Takes a reading that came in at `at`.
    pub(super) fn hear(&mut self, at: BootTime, reading_us: i64) -> Heard {
        let offset_us = reading_us - at.us();
        let by_us = offset_us - self.offset_us;
        if is_near(by_us) {
            self.offset_us = offset_us;
            return match self.doubt.take() {
                Some(_) => Heard::CameBack,
                None => Heard::AsExpected,
            };
        }
        match &self.doubt {
            Some(doubt) if is_near(offset_us - doubt.offset_us) => {
                if at.since(doubt.since) < BELIEVED_AFTER {
                    return Heard::Jumped {
                        by_us,
                        first: false,
                    };
                }
                *self = Self::new(at, reading_us);
                Heard::TakenOn { by_us }
            }
            _ => {
                let since = at;
                self.doubt = Some(Doubt { offset_us, since });
                Heard::Jumped { by_us, first: true }
            }
        }
    }
}

pub(super) fn is_near(by_us: i64) -> bool {
    Duration::from_micros(by_us.unsigned_abs()) <= JUMP_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;
    const DAY: i64 = 86_400 * SECOND;

    /// A clock that was read when it showed `0`, and the machine's time then.
    fn read() -> (Belief, BootTime) {
        let start = BootTime::now();
        (Belief::new(start, 0), start)
    }

    fn after(start: BootTime, seconds: u64) -> BootTime {
        start.plus(Duration::from_secs(seconds))
    }

    #[test]
    fn what_is_slewed_and_stepped_a_little_is_followed() {
        let (mut belief, start) = read();
        for (seconds, ahead) in [(1, 0), (2, 4 * SECOND), (3, 8 * SECOND), (4, 5 * SECOND)] {
            let at = after(start, seconds);
            let reading = i64::try_from(seconds).unwrap_or(0) * SECOND + ahead;
            assert_eq!(belief.hear(at, reading), Heard::AsExpected);
        }
    }

    #[test]
    fn a_jump_ahead_and_back_is_never_believed() {
        let (mut belief, start) = read();
        let before = belief.offset_us();
        let jumped = |first| Heard::Jumped { by_us: DAY, first };
        let day_later = |seconds: i64| DAY + seconds * SECOND;
        assert_eq!(belief.hear(after(start, 1), day_later(1)), jumped(true));
        assert_eq!(belief.hear(after(start, 2), day_later(2)), jumped(false));
        assert_eq!(belief.offset_us(), before);
        assert_eq!(belief.hear(after(start, 3), 3 * SECOND), Heard::CameBack);
        assert_eq!(belief.offset_us(), before);
    }

    #[test]
    fn a_clock_that_stays_where_it_jumped_to_is_believed_after_ten_minutes() {
        for by_us in [DAY, -DAY] {
            let (mut belief, start) = read();
            let jumped = |first| Heard::Jumped { by_us, first };
            assert_eq!(belief.hear(after(start, 1), by_us + SECOND), jumped(true));
            let late = belief.hear(after(start, 600), by_us + 600 * SECOND);
            assert_eq!(late, jumped(false));
            let at = after(start, 601);
            let taken = belief.hear(at, by_us + 601 * SECOND);
            assert_eq!(taken, Heard::TakenOn { by_us });
            assert_eq!(belief.offset_us(), by_us + 601 * SECOND - at.us());
            let next = belief.hear(after(start, 602), by_us + 602 * SECOND);
            assert_eq!(next, Heard::AsExpected);
        }
    }

    #[test]
    fn a_clock_that_jumps_about_is_doubted_from_its_last_jump_on() {
        let (mut belief, start) = read();
        belief.hear(after(start, 1), DAY);
        let other = belief.hear(after(start, 599), -DAY);
        assert!(matches!(other, Heard::Jumped { first: true, .. }));
        let still = belief.hear(after(start, 1_190), -DAY + 591 * SECOND);
        assert!(matches!(still, Heard::Jumped { first: false, .. }));
    }
}
