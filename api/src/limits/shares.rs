use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// How much of something everybody has who has any of it, up to a share each.
///
/// It keeps a number for each who has some, and so no more than there is to have.
#[derive(Debug, Clone)]
pub(super) struct Shares<K: Hash + Eq + Copy> {
    had: Arc<Mutex<HashMap<K, usize>>>,
    most: usize,
}

/// A part of somebody's share, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Part<K: Hash + Eq + Copy> {
    shares: Shares<K>,
    key: K,
    count: usize,
}

impl<K: Hash + Eq + Copy> Shares<K> {
    pub(super) fn new(most: usize) -> Self {
        Self {
            had: Arc::default(),
            most,
        }
    }

    /// How much is a share.
    pub(super) const fn most(&self) -> usize {
        self.most
    }

    /// Takes `count` more of `key`'s share; nothing where there is less left.
    pub(super) fn take(&self, key: K, count: usize) -> Option<Part<K>> {
        let mut had = self.had();
        let now = had.get(&key).copied().unwrap_or(0);
        let then = now.checked_add(count).filter(|then| *then <= self.most)?;
        had.insert(key, then);
        Some(Part {
            shares: self.clone(),
            key,
            count,
        })
    }

    fn had(&self) -> MutexGuard<'_, HashMap<K, usize>> {
        self.had.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq + Copy> Drop for Part<K> {
    fn drop(&mut self) {
        let mut had = self.shares.had();
        let left = had.get(&self.key).map(|now| now.saturating_sub(self.count));
        match left {
            Some(0) | None => had.remove(&self.key),
            Some(left) => had.insert(self.key, left),
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nobody_has_more_than_a_share_and_nothing_is_kept_of_who_has_none(
            most in 1..20_usize,
            wishes in prop::collection::vec((0..5_u8, 1..10_usize, any::<bool>()), 0..200),
        ) {
            let shares = Shares::new(most);
            let mut parts: Vec<(u8, Part<u8>)> = Vec::new();
            for (key, count, gives_back) in wishes {
                let has = |parts: &[(u8, Part<u8>)]| -> usize {
                    let own = parts.iter().filter(|(of, _)| *of == key);
                    own.map(|(_, part)| part.count).sum()
                };
                let before = has(&parts);
                let part = shares.take(key, count);
                prop_assert_eq!(part.is_some(), before + count <= most);
                parts.extend(part.map(|part| (key, part)));
                if gives_back && !parts.is_empty() {
                    parts.remove(0);
                }
            }
            parts.clear();
            prop_assert!(shares.had().is_empty());
        }
    }
}
