use std::{collections::HashMap, hash::Hash, num::NonZeroUsize};

use lru::LruCache;

/// What a feed has in memory: what somebody needs stays, of the rest what was
/// read last, up to a limit.
#[derive(Debug)]
pub(super) struct Shelf<K: Hash + Eq, V> {
    pinned: HashMap<K, Pinned<V>>,
    cached: LruCache<K, V>,
}

#[derive(Debug)]
struct Pinned<V> {
    /// None while it is not loaded.
    value: Option<V>,
    pins: usize,
}

impl<K: Clone + Hash + Eq, V> Shelf<K, V> {
    /// Holds `limit` values beyond the pinned ones.
    pub(super) fn new(limit: NonZeroUsize) -> Self {
        Self {
            pinned: HashMap::new(),
            cached: LruCache::new(limit),
        }
    }

    /// Keeps `key` until it is unpinned as often as it was pinned.
    pub(super) fn pin(&mut self, key: &K) {
        let cached = &mut self.cached;
        let pinned = self.pinned.entry(key.clone());
        let pinned = pinned.or_insert_with(|| Pinned {
            value: cached.pop(key),
            pins: 0,
        });
        pinned.pins += 1;
    }

    /// Takes one pin off.
    pub(super) fn unpin(&mut self, key: &K) {
        let Some(pinned) = self.pinned.get_mut(key) else {
            return;
        };
        pinned.pins -= 1;
        if pinned.pins == 0
            && let Some((key, pinned)) = self.pinned.remove_entry(key)
            && let Some(value) = pinned.value
        {
            self.cached.put(key, value);
        }
    }

    /// The value, for a reader.
    pub(super) fn read(&mut self, key: &K) -> Option<&V> {
        match self.pinned.get(key) {
            Some(pinned) => pinned.value.as_ref(),
            None => self.cached.get(key),
        }
    }

    /// The value, to be changed; does not count as a read.
    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        match self.pinned.get_mut(key) {
            Some(pinned) => pinned.value.as_mut(),
            None => self.cached.peek_mut(key),
        }
    }

    /// Whether the value is here.
    pub(super) fn has(&self, key: &K) -> bool {
        match self.pinned.get(key) {
            Some(pinned) => pinned.value.is_some(),
            None => self.cached.contains(key),
        }
    }

    /// Takes in a value that was loaded.
    pub(super) fn put(&mut self, key: K, value: V) {
        match self.pinned.get_mut(&key) {
            Some(pinned) => pinned.value = Some(value),
            None => {
                self.cached.put(key, value);
            }
        }
    }

    /// Forgets all values; the pins stay.
    pub(super) fn forget(&mut self) {
        self.cached.clear();
        for pinned in self.pinned.values_mut() {
            pinned.value = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf(limit: usize) -> Shelf<&'static str, u32> {
        Shelf::new(NonZeroUsize::new(limit).expect("not zero"))
    }

    #[test]
    fn what_is_pinned_stays_and_what_was_read_last_is_kept() {
        let mut shelf = shelf(2);
        shelf.pin(&"pinned");
        for (key, value) in [("pinned", 0), ("a", 1), ("b", 2)] {
            shelf.put(key, value);
        }
        shelf.read(&"a");
        shelf.put("c", 3);
        let present = ["pinned", "a", "b", "c"].map(|key| shelf.has(&key));
        assert_eq!(present, [true, true, false, true]);
    }

    #[test]
    fn an_unpinned_value_is_cached() {
        let mut shelf = shelf(2);
        shelf.pin(&"a");
        shelf.pin(&"a");
        shelf.put("a", 1);
        shelf.unpin(&"a");
        assert_eq!((shelf.cached.len(), shelf.pinned.len()), (0, 1));
        shelf.unpin(&"a");
        assert_eq!((shelf.cached.len(), shelf.pinned.len()), (1, 0));
        assert_eq!(shelf.read(&"a"), Some(&1));
    }

    #[test]
    fn forgetting_leaves_the_pins() {
        let mut shelf = shelf(2);
        shelf.pin(&"a");
        shelf.put("a", 1);
        shelf.put("b", 2);
        shelf.forget();
        assert!(!shelf.has(&"a") && !shelf.has(&"b"));
        assert_eq!((shelf.cached.len(), shelf.pinned.len()), (0, 1));
    }
}
