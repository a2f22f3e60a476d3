//! The streams of a partition that are being read.

use std::collections::HashMap;

use domain::{event::Event, stream::StreamId};

use super::stream::Stream;

/// Streams under way, each with the events that the owner applied since its
/// read began: what the read may not have seen.
#[derive(Debug, Default)]
pub(crate) struct Loading(HashMap<StreamId, Vec<(u64, Event)>>);

impl Loading {
    /// Notes that a stream is about to be read; false when one read of it is
    /// under way already.
    pub(crate) fn begin(&mut self, id: &StreamId) -> bool {
        if self.0.contains_key(id) {
            return false;
        }
        self.0.insert(id.clone(), Vec::new());
        true
    }

    pub(crate) fn contains(&self, id: &StreamId) -> bool {
        self.0.contains_key(id)
    }

    /// Notes an event that is applied meanwhile.
    pub(crate) fn note(&mut self, id: &StreamId, sequence: u64, event: &Event) {
        if let Some(since) = self.0.get_mut(id) {
            since.push((sequence, event.clone()));
        }
    }

    /// Ends a read: applies to `stream`, which it found, what came since.
    pub(crate) fn finish(&mut self, id: &StreamId, stream: &mut Stream) {
        for (sequence, event) in self.0.remove(id).unwrap_or_default() {
            stream.apply(sequence, &event);
        }
    }

    /// Forgets a read that failed.
    pub(crate) fn abandon(&mut self, id: &StreamId) {
        self.0.remove(id);
    }
}
