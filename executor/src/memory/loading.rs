//! The streams of a partition that are being read.

use std::collections::HashMap;

use domain::{event::Event, stream::StreamId};
use eventlog::{Head, Position, Tip};

use super::{
    ends::{Ends, OtherHistory},
    stream::Stream,
};

/// Streams under way, and whether what is found of them is of the owner's history.
#[derive(Debug)]
pub(crate) struct Loading {
    under_way: HashMap<StreamId, UnderWay>,
    ends: Ends,
}

#[derive(Debug)]
struct UnderWay {
    /// Where the owner stood when the read began.
    begun_at: Position,
    /// What the owner applied since: what the read may not have seen.
    since: Vec<(u64, Event)>,
}

impl Loading {
    /// Nothing is read yet, and the owner stands at `head`.
    pub(crate) fn at(head: Head) -> Self {
        Self {
            under_way: HashMap::new(),
            ends: Ends::at(head),
        }
    }

    /// Notes that a stream is about to be read; false when one read of it is
    /// under way already.
    pub(crate) fn begin(&mut self, id: &StreamId) -> bool {
        if self.under_way.contains_key(id) {
            return false;
        }
        let under_way = UnderWay {
            begun_at: self.ends.position(),
            since: Vec::new(),
        };
        self.under_way.insert(id.clone(), under_way);
        true
    }

    pub(crate) fn contains(&self, id: &StreamId) -> bool {
        self.under_way.contains_key(id)
    }

    /// Notes an event that is applied meanwhile.
    pub(crate) fn note(&mut self, id: &StreamId, sequence: u64, event: &Event) {
        if let Some(under_way) = self.under_way.get_mut(id) {
            under_way.since.push((sequence, event.clone()));
        }
    }

    /// Notes that the owner passes an event; `tip` is there on the last one of an append.
    ///
    /// # Errors
    ///
    /// [`OtherHistory`] when a read saw another one there.
    pub(crate) fn pass(
        &mut self,
        position: Position,
        tip: Option<Tip>,
    ) -> Result<(), OtherHistory> {
        self.ends.pass(position, tip)?;
        if tip.is_some() && self.under_way.is_empty() {
            self.ends.forget_before(None);
        }
        Ok(())
    }

    /// Notes the ends of the partition that a read saw, before its streams are taken.
    ///
    /// # Errors
    ///
    /// [`OtherHistory`] when the owner has passed another one there.
    pub(crate) fn see(&mut self, ends: &[Head]) -> Result<(), OtherHistory> {
        ends.iter().try_for_each(|seen| self.ends.see(*seen))
    }

    /// Whether a read saw more than the owner has passed: nothing may be decided on it
    /// before the owner knows that too.
    pub(crate) const fn is_ahead(&self) -> bool {
        self.ends.are_ahead()
    }

    /// Ends a read: applies to `stream`, which it found, what came since.
    pub(crate) fn finish(&mut self, id: &StreamId, stream: &mut Stream) {
        let under_way = self.under_way.remove(id);
        for (sequence, event) in under_way.into_iter().flat_map(|read| read.since) {
            stream.apply(sequence, &event);
        }
    }

    /// Forgets a read that failed.
    pub(crate) fn abandon(&mut self, id: &StreamId) {
        self.under_way.remove(id);
    }

    /// Forgets what no read under way can have seen; after one has ended.
    pub(crate) fn tidy(&mut self) {
        let begun = self.under_way.values().map(|read| read.begun_at);
        self.ends.forget_before(begun.min());
    }
}
