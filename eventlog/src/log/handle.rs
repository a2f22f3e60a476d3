use std::{
    num::NonZeroU16,
    ops::RangeInclusive,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use domain::{
    calendar::Timestamp,
    ids::{BookingId, ResourceId},
    partition::Partition,
    stream::StreamId,
};
use sqlx::PgPool;
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{LogSettings, Shared, head_on, open};
use crate::{
    AppendOutcome, DatabaseClock, Epoch, Follower, Head, Health, LockedHead, LogError, Position,
    PreparedBatch, RowProof, StreamEvents, Tail, WrappedKey,
    append::{self, Appenders, Joint},
    clock::{BootTime, FirstReadings},
    database::{failed, on_connection, smallint},
    metrics, pool, read,
    shared_read::SharedRead,
    wake::{self, HeadWatch, Wake},
};

/// Connections of a log's own: one listens, and two are for who watches, who renews
/// leases and, now and then, who looks for old snapshots. A fourth, which notifies, is
/// kept aside.
const BACKGROUND_CONNECTIONS: u32 = 3;

/// A log. Cheap to clone; clones share everything.
#[derive(Debug, Clone)]
pub struct Log {
    shared: Arc<Shared>,
    background: Arc<Background>,
}

/// The background tasks, which end with the last clone.
#[derive(Debug)]
struct Background {
    tasks: Mutex<JoinSet<()>>,
    stop: CancellationToken,
    _on_drop: DropGuard,
}

impl Log {
    /// Opens the log of a migrated database; makes it when there is none.
    /// Background tasks (the wake-up listener, the clock and epoch reader) run
    /// until the last clone is dropped, or until [`Self::close`].
    ///
    /// Make the pool with [`crate::pool`]: that bounds every statement.
    ///
    /// # Errors
    ///
    /// [`LogError::WrongMasterKey`], [`LogError::Database`].
    pub async fn open(pool: PgPool, settings: LogSettings) -> Result<Self, LogError> {
        let partitions = open::find_or_create(&pool, &settings).await?;
        Self::on(pool, partitions).await
    }

    /// Opens the log of a database for who has no master key, and so can neither
    /// seal nor open attendees: what an operator's tools do needs neither.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`], also when the database has no log.
    pub async fn open_without_key(pool: PgPool) -> Result<Self, LogError> {
        let partitions = open::find(&pool).await?;
        Self::on(pool, partitions).await
    }

    async fn on(pool: PgPool, partitions: NonZeroU16) -> Result<Self, LogError> {
        metrics::describe();
        let background = pool::background(&pool, BACKGROUND_CONNECTIONS);
        let written = written_until(&background).await?;
        let mut readings = FirstReadings::default();
        let news = loop {
            let asked = BootTime::now();
            let news = wake::read_news(&background).await?;
            if readings.takes(asked)? {
                break news;
            }
        };
        let shared = Arc::new(Shared {
            clock: DatabaseClock::new(news.now, written),
            wake: Wake::new(news.epoch, &news.heads),
            health: Health::default(),
            heads: (0..partitions.get())
                .map(|_| SharedRead::default())
                .collect(),
            appenders: Appenders::default(),
            joint: Joint::default(),
            partitions,
            background,
            pool,
        });
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        wake::start(&mut tasks, &shared, &stop);
        Ok(Self {
            shared,
            background: Arc::new(Background {
                tasks: Mutex::new(tasks),
                stop: stop.clone(),
                _on_drop: stop.drop_guard(),
            }),
        })
    }

    /// Stops the background tasks and waits for their end. Appends and reads
    /// still work; nodes hear of each other's appends no longer, and leases are
    /// given back.
    pub async fn close(&self) {
        self.background.stop.cancel();
        let tasks = &self.background.tasks;
        let tasks = std::mem::take(&mut *tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.join_all().await;
        self.shared.background.close().await;
    }

    /// Runs a task in the background, until it ends by itself, which it should
    /// on [`Self::closing`], or the last clone is dropped.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let tasks = &self.background.tasks;
        let mut tasks = tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.spawn(task);
    }

    /// Cancelled by [`Self::close`].
    pub(crate) fn closing(&self) -> &CancellationToken {
        &self.background.stop
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The pool it works with.
    pub fn pool(&self) -> &PgPool {
        &self.shared.pool
    }

    /// How many partitions it has.
    pub fn partition_count(&self) -> NonZeroU16 {
        self.shared.partitions
    }

    /// All its partitions, from 0.
    pub fn partitions(&self) -> impl Iterator<Item = Partition> + use<> {
        (0..self.partition_count().get()).map(Partition::new)
    }

    /// The partition of a resource.
    pub fn partition_of(&self, resource: &ResourceId) -> Partition {
        Partition::of(resource, self.partition_count())
    }

    /// The epoch as last read (at least once a second, and after each lost connection).
    pub fn epoch(&self) -> Epoch {
        self.shared.wake.epoch()
    }

    /// How this node is: whoever works on the log tells what keeps it from its work.
    pub fn health(&self) -> &Health {
        &self.shared.health
    }

    /// How far a partition goes by what this node has heard last: at most a second ago
    /// while the database answers.
    pub fn heard_of(&self, partition: Partition) -> Position {
        self.shared.wake.lane(partition).end().position
    }

    /// The database's clock.
    pub fn clock(&self) -> &DatabaseClock {
        &self.shared.clock
    }

    /// Appends a batch if the head is where the batch expects it, all or none; in one
    /// statement with what other partitions have ready at that time, each for itself. A
    /// head that somebody else has locked is not waited for: the batch has missed. After
    /// a lost connection it tries the same batch again, which tells what happened, for a
    /// bounded time. On success publishes the events to this process's followers and
    /// wakes other nodes.
    ///
    /// Dropped before its end, it leaves open whether the batch is committed.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`] when nothing was written;
    /// [`LogError::WrongExpectedVersion`] when a stream has moved on though the
    /// head has not; [`LogError::OutcomeUnknown`] when it can't be told in time.
    pub async fn append(&self, batch: &PreparedBatch) -> Result<AppendOutcome, LogError> {
        append::append(&self.shared, batch).await
    }

    /// The partition's end now.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`]; [`LogError::Corrupt`] when the log has no such partition.
    pub async fn head(&self, partition: Partition) -> Result<Head, LogError> {
        on_connection(self.pool(), "reading a head", async |connection| {
            head_on(connection, partition).await
        })
        .await
    }

    /// The partition's end, when it lies before `position`; none when the log has the
    /// position. As of no sooner than now; all who ask at one moment share a read, and
    /// what this node has heard of costs none.
    ///
    /// # Errors
    ///
    /// As [`Self::head`], shared by all who waited for the same read.
    pub async fn end_before(
        &self,
        partition: Partition,
        position: Position,
    ) -> Result<Option<Position>, Arc<LogError>> {
        if self.heard_of(partition) >= position {
            return Ok(None);
        }
        let head = match self.shared.heads.get(usize::from(partition.get())) {
            Some(heads) => {
                let read = async || self.head(partition).await.map_err(Arc::new);
                heads.since(Instant::now(), read).await?
            }
            None => self.head(partition).await?,
        };
        Ok((head.position < position).then_some(head.position))
    }

    /// Locks the partition's head, waiting for it at most a bounded time.
    ///
    /// # Errors
    ///
    /// As [`Self::head`].
    pub async fn lock_head(&self, partition: Partition) -> Result<LockedHead, LogError> {
        LockedHead::lock(self, partition).await
    }

    /// What was appended after `seen`, up to [`crate::PAGE_EVENTS_MAX`] events;
    /// checks that `seen` is still in the log.
    ///
    /// # Errors
    ///
    /// [`LogError::HistoryChanged`] when the head is below `seen` or the event
    /// at it does not carry its tip; [`LogError::Database`],
    /// [`LogError::Decode`], [`LogError::Corrupt`].
    pub async fn read_tail(&self, partition: Partition, seen: Head) -> Result<Tail, LogError> {
        let asked = BootTime::now();
        let page = on_connection(self.pool(), "reading a tail", async |connection| {
            read::read_tail(connection, partition, seen).await
        })
        .await?;
        self.shared.clock.learn(asked, page.now);
        Ok(page.into_tail())
    }

    /// What the hashes of a stretch of a partition cover beside what its events tell.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`]; [`LogError::Corrupt`] when one of its rows is missing.
    pub async fn read_proofs(
        &self,
        partition: Partition,
        stretch: RangeInclusive<Position>,
    ) -> Result<Vec<RowProof>, LogError> {
        let doing = "reading what hashes cover";
        on_connection(self.pool(), doing, async |connection| {
            read::read_proofs(connection, partition, stretch).await
        })
        .await
    }

    /// Up to [`crate::PAGE_EVENTS_MAX`] events after `after`, in order of position.
    ///
    /// # Errors
    ///
    /// [`LogError::HistoryChanged`] when the log ends before `after`;
    /// [`LogError::Database`], [`LogError::Decode`], [`LogError::Corrupt`].
    pub async fn read_partition(
        &self,
        partition: Partition,
        after: Position,
    ) -> Result<Tail, LogError> {
        let page = on_connection(self.pool(), "reading a partition", async |connection| {
            read::read_partition(connection, partition, after).await
        })
        .await?;
        Ok(page.into_tail())
    }

    /// Whole streams, in the order asked for, a page of about 4,000 events at a time.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`], [`LogError::Decode`], [`LogError::Corrupt`].
    pub async fn read_streams(
        &self,
        partition: Partition,
        streams: &[StreamId],
    ) -> Result<Vec<StreamEvents>, LogError> {
        on_connection(self.pool(), "reading streams", async |connection| {
            read::read_streams(connection, partition, streams).await
        })
        .await
    }

    /// A page of the resource days that have a history, at most 4,000, each once, in the
    /// order of their ids after `after`; and whether there may be more. A day that began
    /// before the call is on its page.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`], [`LogError::Corrupt`].
    pub async fn read_days(
        &self,
        partition: Partition,
        after: Option<&StreamId>,
    ) -> Result<(Vec<StreamId>, bool), LogError> {
        let doing = "reading which days have a history";
        let days = on_connection(self.pool(), doing, async |connection| {
            read::read_days(connection, partition, after).await
        })
        .await?;
        let more = days.len() == usize::from(read::PAGE_DAYS_MAX);
        Ok((days, more))
    }

    /// The wrapped key of a booking; none when it was erased.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`].
    pub async fn booking_key(&self, booking: BookingId) -> Result<Option<WrappedKey>, LogError> {
        let doing = "reading a booking's key";
        on_connection(self.pool(), doing, async |connection| {
            let key = sqlx::query_scalar(include_str!("booking_key.sql"))
                .bind(smallint(booking.partition()))
                .bind(booking.uuid())
                .fetch_optional(connection)
                .await
                .map_err(failed(doing))?;
            Ok(key.map(WrappedKey))
        })
        .await
    }

    /// Deletes the key of a booking, after which nobody can open its attendee;
    /// tells whether there was one. Its bytes stay in the table's file until that
    /// is written again.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`].
    pub async fn erase_booking_key(&self, booking: BookingId) -> Result<bool, LogError> {
        let doing = "deleting a booking's key";
        on_connection(self.pool(), doing, async |connection| {
            let deleted = sqlx::query(include_str!("erase_booking_key.sql"))
                .bind(smallint(booking.partition()))
                .bind(booking.uuid())
                .execute(connection)
                .await
                .map_err(failed(doing))?;
            Ok(deleted.rows_affected() > 0)
        })
        .await
    }

    /// Follows a partition from after `after`.
    pub fn follow(&self, partition: Partition, after: Position) -> Follower {
        Follower::new(self.clone(), partition, after)
    }

    /// Watches a partition for what this process does not append.
    pub fn watch_head(&self, partition: Partition) -> HeadWatch {
        HeadWatch::new(&self.shared.wake, partition)
    }

    /// The database's time, read now; as [`Self::clock`] tells it, if the reading can't
    /// be believed.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`]; [`LogError::ClockAtOdds`].
    pub async fn read_clock(&self) -> Result<Timestamp, LogError> {
        let doing = "reading the clock";
        let asked = BootTime::now();
        let now = on_connection(self.pool(), doing, async |connection| {
            sqlx::query_scalar(include_str!("clock.sql"))
                .fetch_one(connection)
                .await
                .map_err(failed(doing))
        })
        .await?;
        self.shared.clock.learn(asked, now);
        self.clock().decide_at()
    }
}

/// The time of the log's last event; none when it has none.
async fn written_until(pool: &PgPool) -> Result<Option<DateTime<Utc>>, LogError> {
    let doing = "reading when the log was last written to";
    on_connection(pool, doing, async |connection| {
        sqlx::query_scalar(include_str!("written_until.sql"))
            .fetch_one(connection)
            .await
            .map_err(failed(doing))
    })
    .await
}
