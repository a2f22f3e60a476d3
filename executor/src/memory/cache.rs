//! A bounded cache of streams, the least recently used out first.

use std::{
    cell::Cell,
    collections::{HashMap, VecDeque},
};

use domain::{event::Event, stream::StreamId};

use super::stream::{Applied, Stream};

/// Streams by their address, at most a number of them.
///
/// The second-chance order stands for the order of use: a read only sets a
/// mark, so that it needs no exclusive access and costs nothing.
#[derive(Debug)]
pub(crate) struct StreamCache {
    limit: usize,
    kept: HashMap<StreamId, Kept>,
    /// Every kept stream once; the front is the next to go.
    order: VecDeque<StreamId>,
}

#[derive(Debug)]
struct Kept {
    stream: Stream,
    /// Whether it was read since the order last passed it.
    used: Cell<bool>,
}

impl StreamCache {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            kept: HashMap::new(),
            order: VecDeque::new(),
        }
    }

    pub(crate) fn get(&self, id: &StreamId) -> Option<&Stream> {
        let kept = self.kept.get(id)?;
        kept.used.set(true);
        Some(&kept.stream)
    }

    /// Keeps a stream, unless what is kept of it is as new.
    pub(crate) fn insert(&mut self, id: &StreamId, stream: Stream) {
        match self.kept.get_mut(id) {
            Some(kept) if kept.stream.sequence >= stream.sequence => {}
            Some(kept) => kept.stream = stream,
            None => {
                let used = Cell::new(true);
                self.kept.insert(id.clone(), Kept { stream, used });
                self.order.push_back(id.clone());
            }
        }
    }

    /// Applies an event of the log to what is kept of its stream. A stream is
    /// kept from its first event on: what has just begun is asked for next.
    pub(crate) fn apply(&mut self, id: &StreamId, sequence: u64, event: &Event) {
        if let Some(kept) = self.kept.get_mut(id) {
            kept.used.set(true);
            if kept.stream.apply(sequence, event) == Applied::Gap {
                self.forget(id);
            }
        } else if sequence == 1 {
            let mut stream = Stream::empty(id);
            stream.append(event);
            self.insert(id, stream);
        }
    }

    fn forget(&mut self, id: &StreamId) {
        self.kept.remove(id);
        self.order.retain(|kept| kept != id);
    }

    /// Drops what is beyond the limit, but nothing that is `pinned`.
    pub(crate) fn evict(&mut self, pinned: impl Fn(&StreamId) -> bool) {
        // Twice round: once to take the marks away, once to drop.
        let mut steps = self.order.len() * 2;
        while self.kept.len() > self.limit && steps > 0 {
            steps -= 1;
            let Some(id) = self.order.pop_front() else {
                return;
            };
            let used = self.kept.get(&id).is_some_and(|kept| kept.used.take());
            if used || pinned(&id) {
                self.order.push_back(id);
            } else {
                self.kept.remove(&id);
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.kept.len()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test's panic is its report")]
mod tests {
    use super::*;

    fn stream_of(name: &str) -> StreamId {
        StreamId::Resource(name.parse().unwrap())
    }

    fn cache_of(limit: usize, names: &[&str]) -> StreamCache {
        let mut cache = StreamCache::new(limit);
        for name in names {
            let id = stream_of(name);
            cache.insert(&id, Stream::empty(&id));
        }
        cache
    }

    #[test]
    fn what_was_read_stays_longer_than_what_was_not() {
        let mut cache = cache_of(3, &["a", "b", "c"]);
        cache.insert(&stream_of("d"), Stream::empty(&stream_of("d")));
        cache.evict(|_| false);
        assert_eq!(cache.len(), 3);
        assert!(cache.get(&stream_of("b")).is_some());
        cache.insert(&stream_of("e"), Stream::empty(&stream_of("e")));
        cache.evict(|_| false);
        assert!(cache.get(&stream_of("b")).is_some());
        assert!(cache.get(&stream_of("c")).is_none());
    }

    #[test]
    fn pinned_streams_stay_beyond_the_limit() {
        let mut cache = cache_of(1, &["a", "b", "c"]);
        cache.evict(|_| true);
        assert_eq!(cache.len(), 3);
        cache.evict(|id| *id == stream_of("b"));
        assert_eq!(cache.len(), 1);
        assert!(cache.get(&stream_of("b")).is_some());
    }

    #[test]
    fn an_older_read_does_not_replace_a_newer_state() {
        let id = stream_of("a");
        let mut cache = StreamCache::new(1);
        let newer = Stream {
            sequence: 2,
            ..Stream::empty(&id)
        };
        cache.insert(&id, newer.clone());
        cache.insert(&id, Stream::empty(&id));
        assert_eq!(cache.get(&id), Some(&newer));
    }
}
