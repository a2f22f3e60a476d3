use domain::{calendar::Timestamp, event::Event, partition::Partition, stream::StreamId};

use crate::{Metadata, Position, Tip};

/// An event as the log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// The partition it is in.
    pub partition: Partition,
    /// Its place there.
    pub position: Position,
    /// The stream it is in.
    pub stream: StreamId,
    /// Its place there: 1 for the first, no gaps.
    pub sequence: u64,
    /// What happened.
    pub event: Event,
    /// Whether retention has emptied the row: then `event` is what its columns still
    /// tell, and not what was hashed.
    pub emptied: bool,
    /// How it came about.
    pub metadata: Metadata,
    /// The database's time at the decision, or that of the event before it, where that is
    /// later; never decreases within a partition.
    pub recorded_at: Timestamp,
    /// SHA-256 over the row.
    pub hash: [u8; 32],
    /// The tip that its append left, on the last event of the append.
    pub tip: Option<Tip>,
}
