//! One stream's state, as the executor keeps it.

use domain::{
    booking::Booking, event::Event, resource::Resource, resource_day::ResourceDay, stream::StreamId,
};
use eventlog::RecordedEvent;

/// The state of an aggregate of any type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Resource(Resource),
    ResourceDay(ResourceDay),
    Booking(Booking),
}

/// An aggregate's state and how many of its events made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stream {
    pub(crate) sequence: u64,
    pub(crate) state: Aggregate,
}

/// How an event stands to a stream's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applied {
    /// It was the next one.
    Next,
    /// The state has it already: a cold read may be ahead of the tail.
    Before,
    /// Events between are missing: the state is of no use any more.
    Gap,
}

impl Stream {
    /// The stream before its first event.
    pub(crate) fn empty(id: &StreamId) -> Self {
        let state = match id {
            StreamId::Resource(_) => Aggregate::Resource(Resource::default()),
            StreamId::ResourceDay(..) => Aggregate::ResourceDay(ResourceDay::default()),
            StreamId::Booking(_) => Aggregate::Booking(Booking::default()),
        };
        Self { sequence: 0, state }
    }

    /// The stream after all its events.
    pub(crate) fn fold(id: &StreamId, events: &[RecordedEvent]) -> Self {
        let mut stream = Self::empty(id);
        for recorded in events {
            stream.apply(recorded.sequence, &recorded.event);
        }
        stream
    }

    /// Applies an event if it is the next.
    pub(crate) fn apply(&mut self, sequence: u64, event: &Event) -> Applied {
        if sequence <= self.sequence {
            Applied::Before
        } else if sequence == self.sequence + 1 {
            self.append(event);
            Applied::Next
        } else {
            Applied::Gap
        }
    }

    /// Adds an event at the end; returns its sequence.
    pub(crate) fn append(&mut self, event: &Event) -> u64 {
        match (&mut self.state, event) {
            (Aggregate::Resource(state), Event::Resource(event)) => state.evolve(event),
            (Aggregate::ResourceDay(state), Event::ResourceDay(event)) => state.evolve(event),
            (Aggregate::Booking(state), Event::Booking(event)) => state.evolve(event),
            // The log's reader decodes by the stream's type, and the domain
            // pairs its events with streams of theirs.
            _ => debug_assert!(false, "an event in a stream of another type"),
        }
        self.sequence += 1;
        self.sequence
    }
}
