//! What an owner knows of its partition.

use domain::{calendar::Timestamp, hold::LiveHolds, partition::Partition};
use eventlog::{Head, LogError, RecordedEvent, StreamEvents};

use super::{cache::StreamCache, loading::Loading, stream::Stream};

/// A partition at one position of its log: committed history and nothing else.
///
/// The index of live holds stands exactly at [`Self::head`]. A stream of the
/// cache may be ahead of it, when a cold read saw what another node appended
/// meanwhile: an append at this head then misses, and nothing decided on the
/// difference is ever answered.
#[derive(Debug)]
pub(super) struct Memory {
    partition: Partition,
    head: Head,
    now: Timestamp,
    pub(super) streams: StreamCache,
    pub(super) holds: LiveHolds,
    pub(super) loading: Loading,
}

impl Memory {
    /// `holds` are those that live at `head`.
    pub(super) fn new(
        partition: Partition,
        head: Head,
        holds: LiveHolds,
        cached_streams: usize,
    ) -> Self {
        Self {
            partition,
            head,
            now: head.last_at,
            streams: StreamCache::new(cached_streams),
            holds,
            loading: Loading::default(),
        }
    }

    pub(super) const fn head(&self) -> Head {
        self.head
    }

    /// The partition's time: `clock`, yet never before any time it had.
    pub(super) fn now(&mut self, clock: Timestamp) -> Timestamp {
        self.now = self.now.max(clock).max(self.head.last_at);
        self.now
    }

    /// Applies what the log holds after [`Self::head`], up to `head`. Events
    /// that were applied before are passed over.
    ///
    /// # Errors
    ///
    /// [`LogError::HistoryChanged`] when the events do not lead from the one
    /// head to the other.
    pub(super) fn advance(&mut self, events: &[RecordedEvent], head: Head) -> Result<(), LogError> {
        for recorded in events {
            if recorded.position <= self.head.position {
                continue;
            }
            if recorded.position != self.head.position.plus(1) {
                return Err(self.history_changed());
            }
            self.apply(recorded);
            self.head.position = recorded.position;
        }
        if self.head.position != head.position {
            return Err(self.history_changed());
        }
        self.head = head;
        Ok(())
    }

    fn apply(&mut self, recorded: &RecordedEvent) {
        let RecordedEvent {
            stream,
            sequence,
            event,
            ..
        } = recorded;
        self.holds.apply(stream, event);
        self.streams.apply(stream, *sequence, event);
        self.loading.note(stream, *sequence, event);
    }

    /// Keeps a stream that a read of [`Self::loading`] found.
    pub(super) fn finish_load(&mut self, read: &StreamEvents) {
        let mut stream = Stream::fold(&read.stream, &read.events);
        self.loading.finish(&read.stream, &mut stream);
        self.streams.insert(&read.stream, stream);
    }

    /// Keeps a stream that was read at [`Self::head`], under its lock. Another
    /// read of it may be under way, and goes on.
    pub(super) fn keep(&mut self, read: &StreamEvents) {
        let stream = Stream::fold(&read.stream, &read.events);
        self.streams.insert(&read.stream, stream);
    }

    /// Forgets up to `limit` holds that are due at `now`.
    pub(super) fn forget_due(&mut self, now: Timestamp, limit: usize) {
        let due = self.holds.due(now).take(limit);
        let due: Vec<_> = due.map(|hold| hold.id).collect();
        for hold in due {
            self.holds.remove(hold);
        }
    }

    pub(super) const fn history_changed(&self) -> LogError {
        LogError::HistoryChanged {
            partition: self.partition,
        }
    }
}
