//! A partition's time, which does not run backwards, unless it was far ahead.

use std::time::{Duration, Instant};

use domain::{calendar::Timestamp, hold::DATED_AHEAD_MIN};

/// A partition that is ahead of the clock by no more than this stands still until the
/// clock has caught up: 5 s, by which a clock can be set back without its being told
/// as a jump. No hold lasts longer by more than that.
const STANDS_STILL_MAX: Duration = Duration::from_secs(5);

/// A partition that is further ahead lives through one millisecond in so many of the
/// clock's. So its holds end, in twice their lease; and it is no longer ahead after
/// having been for as long again as it was ahead.
const SLOWED: u32 = 2;

/// A partition that is ahead of the clock by more than this was written to by a clock
/// that was wrong. It is not followed: its starts would be taken for past for as long.
/// What is decided is recorded at the time of its last event, and says when it was.
const FOLLOWED_MAX: Duration = DATED_AHEAD_MIN;

/// The time that a partition's commands are decided at.
#[derive(Debug)]
pub(crate) struct PartitionTime {
    now: Timestamp,
    /// While it is ahead and followed: where it goes on from, and since when.
    ahead: Option<(Timestamp, Instant)>,
    /// Whether it is ahead and not followed, until the clock has caught up: followed
    /// for the last minutes, it would skip these.
    apart: bool,
}

impl PartitionTime {
    pub(crate) const fn new(now: Timestamp) -> Self {
        Self {
            now,
            ahead: None,
            apart: false,
        }
    }

    /// The time at `instant`, when the clock shows `clock` and the partition's last
    /// event is of `last_at`: the clock's, yet not before `last_at` or any time told
    /// before, unless these are further ahead than a partition is followed.
    pub(crate) fn tell(
        &mut self,
        clock: Timestamp,
        last_at: Timestamp,
        instant: Instant,
    ) -> Timestamp {
        let least = self.now.max(last_at);
        let ahead = least.since(clock);
        self.apart = ahead > FOLLOWED_MAX || (self.apart && !ahead.is_zero());
        if self.apart {
            self.ahead = None;
            let stands_still = self.now.since(clock) <= STANDS_STILL_MAX;
            self.now = if stands_still {
                self.now.max(clock)
            } else {
                clock
            };
            return self.now;
        }
        if ahead <= STANDS_STILL_MAX {
            self.ahead = None;
            self.now = least.max(clock);
            return self.now;
        }
        let (from, since) = *self.ahead.get_or_insert((least, instant));
        let lived = instant.saturating_duration_since(since) / SLOWED;
        let carried = from.plus_ms(u64::try_from(lived.as_millis()).unwrap_or(u64::MAX));
        if least > carried {
            // Another node is further ahead.
            self.ahead = Some((least, instant));
        }
        self.now = least.max(carried);
        self.now
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test's panic is its report")]
mod tests {
    use super::*;

    const MINUTE_MS: i64 = 60_000;
    const DAY_MS: i64 = 1_440 * MINUTE_MS;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms).unwrap()
    }

    #[test]
    fn time_never_runs_backwards() {
        let (mut time, start) = (PartitionTime::new(at(0)), Instant::now());
        assert_eq!(time.tell(at(9_000), at(0), start), at(9_000));
        assert_eq!(time.tell(at(8_000), at(0), start), at(9_000));
        assert_eq!(time.tell(at(10_000), at(12_000), start), at(12_000));
    }

    #[test]
    fn a_partition_minutes_ahead_of_the_clock_goes_on_and_is_caught_up_with() {
        const AHEAD_MS: i64 = 4 * 60_000;
        let (mut time, start) = (PartitionTime::new(at(0)), Instant::now());
        let mut last_at = at(AHEAD_MS);
        let mut told = last_at;
        // Up to the last seconds, in which it stands still.
        for second in 0..2 * AHEAD_MS / 1_000 - 20 {
            let instant = start + Duration::from_secs(second.unsigned_abs());
            let now = time.tell(at(second * 1_000), last_at, instant);
            assert_eq!(
                now,
                at(AHEAD_MS + second * 500).max(told),
                "after {second} s"
            );
            // Something is written now and then.
            if second % 7 == 0 {
                last_at = now;
            }
            told = now;
        }
        let late = 3 * AHEAD_MS;
        let instant = start + Duration::from_millis(late.unsigned_abs());
        assert_eq!(time.tell(at(late), last_at, instant), at(late));
    }

    #[test]
    fn a_partition_a_day_ahead_of_the_clock_is_not_followed_to_its_end() {
        let (mut time, start) = (PartitionTime::new(at(DAY_MS)), Instant::now());
        for second in (0..2 * DAY_MS / 1_000).step_by(20) {
            let clock = at(second * 1_000);
            let instant = start + Duration::from_secs(second.unsigned_abs());
            assert_eq!(time.tell(clock, at(DAY_MS), instant), clock);
        }
    }

    #[test]
    fn a_clock_that_was_far_ahead_is_followed_back() {
        let (mut time, start) = (PartitionTime::new(at(0)), Instant::now());
        assert_eq!(time.tell(at(DAY_MS), at(0), start), at(DAY_MS));
        assert_eq!(time.tell(at(9_000), at(0), start), at(9_000));
        assert_eq!(time.tell(at(8_000), at(0), start), at(9_000));
    }

    #[test]
    fn time_goes_on_however_often_it_is_asked_for() {
        let (mut time, start) = (PartitionTime::new(at(0)), Instant::now());
        let mut last_at = at(MINUTE_MS);
        for tick in 0..4_000 {
            let instant = start + Duration::from_micros(tick * 500);
            last_at = time.tell(at(0), last_at, instant);
        }
        assert_eq!(last_at, at(MINUTE_MS + 999));
    }

    #[test]
    fn another_node_that_is_further_ahead_is_followed() {
        let (mut time, start) = (PartitionTime::new(at(0)), Instant::now());
        assert_eq!(time.tell(at(0), at(MINUTE_MS), start), at(MINUTE_MS));
        let later = start + Duration::from_secs(10);
        let ahead = at(MINUTE_MS + 60_000);
        assert_eq!(time.tell(at(10_000), ahead, later), ahead);
        let end = later + Duration::from_secs(10);
        let told = time.tell(at(20_000), ahead, end);
        assert_eq!(told, ahead.plus_ms(5_000));
    }
}
