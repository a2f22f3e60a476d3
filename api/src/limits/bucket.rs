use std::time::Duration;

use super::Quota;

/// What somebody has taken of a quota, as the moment at which the bucket is full again:
/// one number, and nothing to fill while nobody looks. Moments count from any one point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Bucket {
    full_at: Duration,
}

impl Bucket {
    /// Takes one at `now`.
    ///
    /// # Errors
    ///
    /// How long to wait for the next, when there is none left; nothing is taken then.
    pub(super) fn take(&mut self, quota: Quota, now: Duration) -> Result<(), Duration> {
        let full_at = self.full_at.max(now) + quota.every();
        let earliest = full_at.saturating_sub(quota.fills_in());
        if now < earliest {
            return Err(earliest.saturating_sub(now));
        }
        self.full_at = full_at;
        Ok(())
    }

    /// Puts back what was taken.
    pub(super) fn give_back(&mut self, quota: Quota) {
        self.full_at = self.full_at.saturating_sub(quota.every());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::limits::Allowance;

    fn quota(burst: u32, count: u32, unit: &str) -> Quota {
        match format!("{burst}+{count}/{unit}").parse() {
            Ok(Allowance::Quota(quota)) => quota,
            other => panic!("{other:?} is no quota"),
        }
    }

    fn drawn() -> impl Strategy<Value = Quota> {
        (
            1..200_u32,
            1..200_u32,
            prop::sample::select(vec!["s", "m", "h"]),
        )
            .prop_map(|(burst, count, unit)| quota(burst, count, unit))
    }

    #[test]
    fn the_burst_is_granted_at_once_and_the_rest_at_its_pace() {
        let quota = quota(3, 60, "m");
        let mut bucket = Bucket::default();
        let at = Duration::from_millis;
        for _ in 0..3 {
            assert_eq!(bucket.take(quota, at(500)), Ok(()));
        }
        assert_eq!(bucket.take(quota, at(500)), Err(at(1000)));
        assert_eq!(bucket.take(quota, at(1499)), Err(at(1)));
        assert_eq!(bucket.take(quota, at(1500)), Ok(()));
        assert_eq!(bucket.take(quota, at(1500)), Err(at(1000)));
        for _ in 0..3 {
            assert_eq!(bucket.take(quota, at(60_000)), Ok(()));
        }
    }

    proptest! {
        #[test]
        fn no_stretch_of_time_grants_more_than_the_burst_and_its_share(
            quota in drawn(),
            pauses in prop::collection::vec(0..3_000_u64, 1..400),
        ) {
            let mut bucket = Bucket::default();
            let mut now = Duration::from_secs(7);
            let mut granted = Vec::new();
            for pause in pauses {
                now += Duration::from_millis(pause);
                if bucket.take(quota, now).is_ok() {
                    granted.push(now);
                }
            }
            for (from, first) in granted.iter().enumerate() {
                for (to, last) in granted.iter().enumerate().skip(from) {
                    let stretch = last.saturating_sub(*first);
                    let share = stretch.as_nanos() / quota.every().as_nanos();
                    let burst = quota.fills_in().as_nanos() / quota.every().as_nanos();
                    prop_assert!(((to - from) as u128) < burst + share);
                }
            }
        }

        #[test]
        fn who_waits_as_told_is_granted_the_next(
            quota in drawn(),
            pauses in prop::collection::vec(0..500_u64, 1..300),
        ) {
            let mut bucket = Bucket::default();
            let mut now = Duration::ZERO;
            for pause in pauses {
                now += Duration::from_millis(pause);
                if let Err(wait) = bucket.take(quota, now) {
                    prop_assert!(wait > Duration::ZERO && wait <= quota.every());
                    let just_before = now + wait.saturating_sub(Duration::from_nanos(1));
                    prop_assert!(bucket.take(quota, just_before).is_err());
                    now += wait;
                    prop_assert_eq!(bucket.take(quota, now), Ok(()));
                }
            }
        }

        #[test]
        fn what_is_given_back_can_be_taken_again(quota in drawn(), times in 1..500_u32) {
            let mut bucket = Bucket::default();
            let now = Duration::from_secs(7);
            for _ in 0..times {
                prop_assert_eq!(bucket.take(quota, now), Ok(()));
                bucket.give_back(quota);
            }
        }
    }
}
