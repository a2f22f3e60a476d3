use std::sync::Arc;

use crate::{Head, RecordedEvent};

/// What was committed.
#[derive(Debug, Clone)]
pub struct Commit {
    /// The partition's new end.
    pub head: Head,
    /// The events as recorded, in order of position.
    pub events: Arc<[RecordedEvent]>,
}

/// How an append ended, when that is known.
#[derive(Debug)]
pub enum AppendOutcome {
    /// All of it is committed.
    Appended(Commit),
    /// None of it: the head is not where the batch expected it.
    Missed,
}
