use std::sync::Arc;

use domain::{
    calendar::Timestamp, event::Event, ids::BookingId, partition::Partition, stream::StreamId,
};

use crate::{Head, LogError, Metadata, RecordedEvent, StreamEvents, Tail, WrappedKey};

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
    pub resource: domain::ids::ResourceId,
}

/// All that one append writes: the events of many commands.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Where to.
    pub partition: Partition,
    /// The end of the partition that the decisions were made at.
    pub expected: Head,
    /// The time of the decisions; not before `expected.last_at`.
    pub recorded_at: Timestamp,
    /// At least one, in order.
    pub events: Vec<PendingEvent>,
    /// The keys of the bookings made in this batch.
    pub keys: Vec<(BookingId, WrappedKey)>,
}

/// A batch encoded: payloads, columns, hashes and the new tip are fixed, so that
/// trying it again is trying the same.
#[derive(Debug)]
pub struct PreparedBatch {
    pub(crate) batch: Batch,
}

impl Batch {
    /// Encodes the batch.
    ///
    /// # Errors
    ///
    /// [`LogError::Corrupt`] when an event can't be encoded, which none of ours does.
    pub fn prepare(self) -> Result<PreparedBatch, LogError> {
        Ok(PreparedBatch { batch: self })
    }
}

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

/// A partition's head under lock: nobody else appends until this is dropped or
/// has appended.
#[derive(Debug)]
pub struct LockedHead {
    head: Head,
}

impl LockedHead {
    /// The end of the partition; stays so while the lock is held.
    pub const fn head(&self) -> Head {
        self.head
    }

    /// What was appended after `seen`, read under the lock: all of it.
    ///
    /// # Errors
    ///
    /// As [`crate::Log::read_tail`].
    pub async fn read_tail(&mut self, _seen: Head) -> Result<Tail, LogError> {
        todo!()
    }

    /// Reads streams under the lock.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`], [`LogError::Decode`].
    pub async fn read_streams(
        &mut self,
        _streams: &[StreamId],
    ) -> Result<Vec<StreamEvents>, LogError> {
        todo!()
    }

    /// Appends and commits: can't miss, unless the batch expected another head.
    ///
    /// # Errors
    ///
    /// As [`crate::Log::append`].
    pub async fn append(self, _batch: &PreparedBatch) -> Result<AppendOutcome, LogError> {
        todo!()
    }
}
