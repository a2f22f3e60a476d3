use domain::stream::StreamId;

use crate::{Head, RecordedEvent};

/// What was appended to a partition after a head that was seen.
#[derive(Debug, Clone)]
pub struct Tail {
    /// In order of position, without gaps, from the position after the seen one.
    pub events: Vec<RecordedEvent>,
    /// The head that these events lead to.
    pub head: Head,
    /// Whether more lies beyond the limit of one read.
    pub more: bool,
}

/// A stream as one read found it.
#[derive(Debug, Clone)]
pub struct StreamEvents {
    /// Which.
    pub stream: StreamId,
    /// All its events in order, or those after the sequence asked for.
    pub events: Vec<RecordedEvent>,
}
