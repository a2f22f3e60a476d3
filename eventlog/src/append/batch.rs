use domain::{
    calendar::Timestamp,
    event::Event,
    ids::{BookingId, ResourceId},
    partition::Partition,
    stream::StreamId,
};

use crate::{Head, Metadata, WrappedKey};

/// An event to append, with its place in its stream.
#[derive(Debug, Clone)]
pub struct PendingEvent {
    /// Where it goes.
    pub stream: StreamId,
    /// The stream's next: the expected version plus one.
    pub sequence: u64,
    /// What happened.
    pub event: Event,
    /// How it came about.
    pub metadata: Metadata,
    /// What it happened to; for the `resource_id` column of bookings' rows too.
    pub resource: ResourceId,
}

/// All that one append writes: the events of many commands.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Where to.
    pub partition: Partition,
    /// The end of the partition that the decisions were made at.
    pub expected: Head,
    /// The time of the decisions. One before `expected.last_at` is recorded as
    /// that, since recorded time never runs backwards within a partition, and stands in
    /// the rows' metadata.
    pub recorded_at: Timestamp,
    /// At least one, in order.
    pub events: Vec<PendingEvent>,
    /// The keys of the bookings made in this batch.
    pub keys: Vec<(BookingId, WrappedKey)>,
}
