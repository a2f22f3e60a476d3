//! A partition's time, which never runs backwards.

use std::time::{Duration, Instant};

use domain::calendar::Timestamp;

/// A partition that is ahead of the clock by no more than this stands still until the
/// clock has caught up: 5 s, by which a clock can be set back without its being told
/// as a jump. No hold lasts longer by more than that.
const STANDS_STILL_MAX: Duration = Duration::from_secs(5);

/// A partition that is further ahead lives through one millisecond in so many of the
/// clock's. So its holds end, in twice their lease; and it is no longer ahead after
/// having been for as long again as it was ahead.
const SLOWED: u32 = 2;

/// The time that a partition's commands are decided at.
#[derive(Debug)]
pub(crate) struct PartitionTime {
    now: Timestamp,
    /// While it is far ahead: where it goes on from, and since when.
    ahead: Option<(Timestamp, Instant)>,
}

impl PartitionTime {
    pub(crate) const fn new(now: Timestamp) -> Self {
        Self { now, ahead: None }
    }

    /// The time at `instant`, when the clock shows `clock` and the partition's last
    /// event is of `last_at`: the clock's, yet never before `last_at` or any time told
    /// before.
    pub(crate) fn tell(
        &mut self,
        clock: Timestamp,
        last_at: Timestamp,
        instant: Instant,
    ) -> Timestamp {
        let least = self.now.max(last_at);
        if least.since(clock) <= STANDS_STILL_MAX {
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

    const DAY_MS: i64 = 86_400_000;

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
    fn a_partition_a_day_ahead_of_the_clock_goes_on_and_is_caught_up_with() {
        let (mut time, start) = (PartitionTime::new(at(0)), Instant::now());
        let mut last_at = at(DAY_MS);
        let mut told = last_at;
        // Up to the last minutes, in which it stands still.
        for second in (0..2 * DAY_MS / 1_000 - 120).step_by(60) {
            let instant = start + Duration::from_secs(second.unsigned_abs());
            let now = time.tell(at(second * 1_000), last_at, instant);
            assert_eq!(now, at(DAY_MS + second * 500).max(told), "after {second} s");
            // Something is written now and then.
            if second % 7_200 == 0 {
                last_at = now;
            }
            told = now;
        }
        let late = 3 * DAY_MS;
        let instant = start + Duration::from_millis(late.unsigned_abs());
        assert_eq!(time.tell(at(late), last_at, instant), at(late));
    }

    #[test]
    fn time_goes_on_however_often_it_is_asked_for() {
        let (mut time, start) = (PartitionTime::new(at(0)), Instant::now());
        let mut last_at = at(DAY_MS);
        for tick in 0..4_000 {
            let instant = start + Duration::from_micros(tick * 500);
            last_at = time.tell(at(0), last_at, instant);
        }
        assert_eq!(last_at, at(DAY_MS + 999));
    }

    #[test]
    fn another_node_that_is_further_ahead_is_followed() {
        let (mut time, start) = (PartitionTime::new(at(0)), Instant::now());
        assert_eq!(time.tell(at(0), at(DAY_MS), start), at(DAY_MS));
        let later = start + Duration::from_secs(10);
        let ahead = at(DAY_MS + 60_000);
        assert_eq!(time.tell(at(10_000), ahead, later), ahead);
        let end = later + Duration::from_secs(10);
        let told = time.tell(at(20_000), ahead, end);
        assert_eq!(told, ahead.plus_ms(5_000));
    }
}
