use std::{num::NonZeroU16, sync::Arc};

use domain::{
    calendar::Timestamp,
    ids::{BookingId, ResourceId},
    partition::Partition,
    stream::StreamId,
};
use sqlx::PgPool;

use crate::{
    AppendOutcome, DatabaseClock, Epoch, Follower, Head, LockedHead, LogError, MasterKey, Position,
    PreparedBatch, StreamEvents, Tail, WrappedKey,
};

/// The schema's steps, from the first release on.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

/// Brings the database's schema up to date; safe when several nodes start at once.
///
/// # Errors
///
/// [`LogError::Migrate`].
pub async fn migrate(pool: &PgPool) -> Result<(), LogError> {
    MIGRATOR.run(pool).await.map_err(LogError::Migrate)
}

/// How to open a log, and how to make it when the database has none.
#[derive(Debug, Clone)]
pub struct LogSettings {
    /// Partitions of a log that is made now; an existing one keeps its own.
    pub partitions: NonZeroU16,
    /// Checked against the one that the log was made with.
    pub master_key: MasterKey,
}

/// A log. Cheap to clone; clones share everything.
#[derive(Debug, Clone)]
pub struct Log {
    inner: Arc<PgPool>,
}

impl Log {
    /// Opens the log of a migrated database; makes it when there is none.
    /// Background tasks (the wake-up listener, the clock and epoch reader) run
    /// until the last clone is dropped.
    ///
    /// # Errors
    ///
    /// [`LogError::WrongMasterKey`], [`LogError::Database`].
    pub async fn open(pool: PgPool, _settings: LogSettings) -> Result<Self, LogError> {
        Ok(Self {
            inner: Arc::new(pool),
        })
    }

    /// The pool it works with.
    pub fn pool(&self) -> &PgPool {
        &self.inner
    }

    /// How many partitions it has.
    pub fn partition_count(&self) -> NonZeroU16 {
        todo!()
    }

    /// All its partitions, from 0.
    pub fn partitions(&self) -> impl Iterator<Item = Partition> + use<> {
        (0..self.partition_count().get()).map(Partition::new)
    }

    /// The partition of a resource.
    pub fn partition_of(&self, _resource: &ResourceId) -> Partition {
        todo!()
    }

    /// The epoch as last read (at least once a second, and after each lost connection).
    pub fn epoch(&self) -> Epoch {
        todo!()
    }

    /// The database's clock.
    pub fn clock(&self) -> &DatabaseClock {
        todo!()
    }

    /// Appends a batch if the head is where the batch expects it, all or none,
    /// in one statement. After a lost connection it tries the same batch again,
    /// which tells what happened, for a bounded time. On success publishes the
    /// events to this process's followers and wakes other nodes.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`] when nothing was written;
    /// [`LogError::WrongExpectedVersion`] when a stream has moved on though the
    /// head has not; [`LogError::OutcomeUnknown`] when that can't be told.
    pub async fn append(&self, _batch: &PreparedBatch) -> Result<AppendOutcome, LogError> {
        todo!()
    }

    /// The partition's end now.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`].
    pub async fn head(&self, _partition: Partition) -> Result<Head, LogError> {
        todo!()
    }

    /// Locks the partition's head, waiting for it at most a bounded time.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`].
    pub async fn lock_head(&self, _partition: Partition) -> Result<LockedHead, LogError> {
        todo!()
    }

    /// What was appended after `seen`; checks that `seen` is still in the log.
    ///
    /// # Errors
    ///
    /// [`LogError::HistoryChanged`] when the head is below `seen` or the event
    /// at it does not carry its tip; [`LogError::Database`], [`LogError::Decode`].
    pub async fn read_tail(&self, _partition: Partition, _seen: Head) -> Result<Tail, LogError> {
        todo!()
    }

    /// Up to a bounded number of events after `after`, in order of position.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`], [`LogError::Decode`].
    pub async fn read_partition(
        &self,
        _partition: Partition,
        _after: Position,
    ) -> Result<Tail, LogError> {
        todo!()
    }

    /// Whole streams, in the order asked for, in one round trip and one snapshot.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`], [`LogError::Decode`].
    pub async fn read_streams(
        &self,
        _partition: Partition,
        _streams: &[StreamId],
    ) -> Result<Vec<StreamEvents>, LogError> {
        todo!()
    }

    /// The wrapped key of a booking; none when it was erased.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`].
    pub async fn booking_key(&self, _booking: BookingId) -> Result<Option<WrappedKey>, LogError> {
        todo!()
    }

    /// Follows a partition from after `after`.
    pub fn follow(&self, _partition: Partition, _after: Position) -> Follower {
        todo!()
    }

    /// The database's time, read now.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`].
    pub async fn read_clock(&self) -> Result<Timestamp, LogError> {
        todo!()
    }
}
