use domain::{partition::Partition, stream::StreamId};
use sqlx::{Executor, PgConnection, Postgres, pool::PoolConnection};
use tokio::{
    runtime::Handle,
    time::{Instant, timeout},
};

use super::{
    AppendOutcome, PreparedBatch,
    attempt::{Attempt, append_and_commit},
    settle::{appended, settle},
    trouble,
};
use crate::{
    Head, Log, LogError, StreamEvents, Tail,
    clock::BootTime,
    database::{ANSWER_MAX, failed, no_answer},
    log::read_head,
    metrics,
    read::{read_streams, read_tail},
};

/// A partition's head under lock: nobody else appends until this is dropped or
/// has appended.
///
/// The database takes the lock back by itself from a node that stands still
/// with it for some seconds.
#[derive(Debug)]
pub struct LockedHead {
    log: Log,
    partition: Partition,
    head: Head,
    /// In a transaction; gone once that has ended.
    connection: Option<PoolConnection<Postgres>>,
}

impl LockedHead {
    /// Begins a transaction and locks the head in it.
    ///
    /// # Errors
    ///
    /// As [`Log::lock_head`].
    pub(crate) async fn lock(log: &Log, partition: Partition) -> Result<Self, LogError> {
        let doing = "locking a head";
        let mut locked = Self {
            log: log.clone(),
            partition,
            head: Head::START,
            connection: Some(log.pool().acquire().await.map_err(failed(doing))?),
        };
        locked.head = locked
            .on_connection(doing, async |connection| {
                connection.execute("begin").await.map_err(failed(doing))?;
                read_head(connection, include_str!("lock_head.sql"), partition).await
            })
            .await?;
        Ok(locked)
    }

    /// The end of the partition; stays so while the lock is held.
    pub const fn head(&self) -> Head {
        self.head
    }

    /// What was appended after `seen`, read under the lock.
    ///
    /// # Errors
    ///
    /// As [`crate::Log::read_tail`].
    pub async fn read_tail(&mut self, seen: Head) -> Result<Tail, LogError> {
        let asked = BootTime::now();
        let partition = self.partition;
        let page = self
            .on_connection("reading events by position", async |connection| {
                read_tail(connection, partition, seen).await
            })
            .await?;
        self.log.shared().clock.learn(asked, page.now);
        Ok(page.into_tail())
    }

    /// Reads streams under the lock.
    ///
    /// # Errors
    ///
    /// As [`crate::Log::read_streams`].
    pub async fn read_streams(
        &mut self,
        streams: &[StreamId],
    ) -> Result<Vec<StreamEvents>, LogError> {
        let partition = self.partition;
        self.on_connection("reading streams", async |connection| {
            read_streams(connection, partition, streams).await
        })
        .await
    }

    /// Appends and commits: can't miss, unless the batch expected another head.
    ///
    /// # Errors
    ///
    /// As [`crate::Log::append`].
    pub async fn append(mut self, batch: &PreparedBatch) -> Result<AppendOutcome, LogError> {
        let started = Instant::now();
        let attempt = self.attempt(batch).await;
        let log = self.log.clone();
        // Tries after the first take the lock for themselves.
        drop(self);
        let shared = log.shared();
        let outcome = match attempt {
            Attempt::Appended => Ok(appended(shared, batch)),
            first => settle(shared, batch, first, started).await,
        };
        metrics::appended(started.elapsed(), batch, &outcome);
        trouble::note(shared, &outcome);
        outcome
    }

    /// The try under the lock.
    async fn attempt(&mut self, batch: &PreparedBatch) -> Attempt {
        let Some(connection) = self.connection.as_deref_mut() else {
            return Attempt::Unsent(sqlx::Error::PoolClosed);
        };
        let asked = BootTime::now();
        match timeout(ANSWER_MAX, append_and_commit(connection, batch)).await {
            Ok(Ok(answer)) => {
                self.log.shared().clock.learn(asked, answer.now);
                let attempt = Attempt::of_answer(&answer, batch);
                if matches!(attempt, Attempt::Appended) {
                    self.connection = None;
                }
                attempt
            }
            Ok(Err(error)) => Attempt::of_error(error),
            Err(_) => {
                self.abandon();
                Attempt::Lost(no_answer())
            }
        }
    }

    /// Reads something under the lock, for at most 12 seconds. `doing` says in an error
    /// what could not be done.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`] when there is no answer; what `work` says.
    pub async fn on_connection<T>(
        &mut self,
        doing: &'static str,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, LogError>,
    ) -> Result<T, LogError> {
        let Some(connection) = self.connection.as_deref_mut() else {
            return Err(failed(doing)(sqlx::Error::PoolClosed));
        };
        if let Ok(result) = timeout(ANSWER_MAX, work(connection)).await {
            return result;
        }
        self.abandon();
        Err(failed(doing)(no_answer()))
    }

    /// Closes the connection, and with it the transaction.
    fn abandon(&mut self) {
        drop(self.connection.take().map(PoolConnection::detach));
    }
}

impl Drop for LockedHead {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        let Ok(runtime) = Handle::try_current() else {
            drop(connection.detach());
            return;
        };
        runtime.spawn(async move {
            let ended = timeout(ANSWER_MAX, connection.execute("rollback")).await;
            if !matches!(ended, Ok(Ok(_))) {
                drop(connection.detach());
            }
        });
    }
}
