//! Reading the log: by position, and by stream.

mod days;
mod emptied;
mod page;
mod partition;
mod proof;
mod row;
mod scan;
mod scanned_row;
mod streams;

pub(crate) use days::{PAGE_DAYS_MAX, read_days};
pub use emptied::{may_be_emptied, read_emptied};
pub(crate) use page::{Anchor, Page, read_page};
pub(crate) use partition::{read_partition, read_tail};
pub use proof::RowProof;
pub(crate) use proof::read_proofs;
pub use scan::{ScannedEvent, Told, scan};
pub(crate) use scanned_row::ScannedRow;
pub(crate) use streams::read_streams;
pub use streams::read_streams_after;

use domain::stream::StreamId;

use crate::{Head, RecordedEvent};

/// Events that one read of a partition returns at most: large enough that
/// catching up is bound by the database's work, small enough to hold in memory
/// for every partition at once.
pub const PAGE_EVENTS_MAX: u16 = 4_000;

/// What was appended to a partition after a head that was seen.
#[derive(Debug, Clone)]
pub struct Tail {
    /// In order of position, without gaps, from the position after the seen one.
    pub events: Vec<RecordedEvent>,
    /// The head that these events lead to. Within an append, when that did not
    /// fit, its tip is [`crate::Tip::NONE`].
    pub head: Head,
    /// Whether more lies beyond the limit of one read.
    pub more: bool,
}

/// A stream as one read found it.
#[derive(Debug, Clone)]
pub struct StreamEvents {
    /// Which.
    pub stream: StreamId,
    /// Its events in order, from the one after which it was asked for.
    pub events: Vec<RecordedEvent>,
    /// Whether there may be more of them after these.
    pub more: bool,
}
