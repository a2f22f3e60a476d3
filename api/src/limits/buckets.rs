use std::{
    hash::Hash,
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use lru::LruCache;

use super::{Quota, bucket::Bucket};

/// The buckets of one quota, one for each who takes of it.
///
/// As many are kept as there may be, whoever comes: past that the one goes that was taken of
/// least lately. Who is forgotten so begins with a full bucket, which harms nobody honest.
#[derive(Debug)]
pub(super) struct Buckets<K: Hash + Eq> {
    quota: Quota,
    kept: Mutex<LruCache<K, Bucket>>,
}

impl<K: Hash + Eq + Copy> Buckets<K> {
    pub(super) fn new(quota: Quota, kept_max: NonZeroUsize) -> Self {
        Self {
            quota,
            kept: Mutex::new(LruCache::new(kept_max)),
        }
    }

    /// Takes one of `key`'s bucket.
    ///
    /// # Errors
    ///
    /// As [`Bucket::take`].
    pub(super) fn take(&self, key: K, now: Duration) -> Result<(), Duration> {
        let mut kept = self.kept();
        let bucket = kept.get_or_insert_mut(key, Bucket::default);
        bucket.take(self.quota, now)
    }

    /// Puts back what was taken of `key`'s bucket.
    pub(super) fn give_back(&self, key: K) {
        if let Some(bucket) = self.kept().get_mut(&key) {
            bucket.give_back(self.quota);
        }
    }

    fn kept(&self) -> MutexGuard<'_, LruCache<K, Bucket>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Allowance;

    fn buckets(quota: &str, kept: usize) -> Buckets<u32> {
        let Ok(Allowance::Quota(quota)) = quota.parse() else {
            panic!("{quota} is no quota");
        };
        Buckets::new(quota, NonZeroUsize::new(kept).expect("above zero"))
    }

    #[test]
    fn each_has_a_bucket_of_its_own() {
        let buckets = buckets("1+1/h", 10);
        for key in 0..10 {
            assert_eq!(buckets.take(key, Duration::ZERO), Ok(()));
        }
        for key in 0..10 {
            assert!(buckets.take(key, Duration::ZERO).is_err());
        }
    }

    #[test]
    fn a_flood_of_keys_leaves_as_many_buckets_as_there_may_be() {
        let buckets = buckets("1+1/h", 100);
        for key in 0..100_000 {
            assert_eq!(buckets.take(key, Duration::ZERO), Ok(()));
        }
        assert_eq!(buckets.kept().len(), 100);
    }

    #[test]
    fn who_goes_on_taking_is_not_forgotten_in_a_flood() {
        let buckets = buckets("1+1/h", 100);
        assert_eq!(buckets.take(7, Duration::ZERO), Ok(()));
        for key in 1000..10_000 {
            assert_eq!(buckets.take(key, Duration::ZERO), Ok(()));
            assert!(buckets.take(7, Duration::ZERO).is_err(), "{key}");
        }
    }
}
