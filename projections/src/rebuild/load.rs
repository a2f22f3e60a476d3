//! Folds the log into the views in the making, partition by partition.

use std::sync::Arc;

use domain::partition::Partition;
use eventlog::{Position, ScannedEvent};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::view::{self, Checkpoints, Generation, View};

use super::{Progress, RebuildError, Tell, error::failed, exclusive::connect};

/// Partitions that are folded at once: reading, folding and writing of some keep
/// the database busy while others are at another of the three.
const AT_ONCE: usize = 4;

/// Events of one transaction. The more, the fewer times a row is written that
/// changes often; some ten megabytes for each partition that is folded at once.
pub(super) const BATCH_EVENTS_MAX: u16 = 30_000;

/// Folds all partitions up to where they end meanwhile; returns how many events
/// that were.
pub(super) async fn all(
    options: &PgConnectOptions,
    views: &[View],
    partitions: usize,
    tell: &Tell,
) -> Result<u64, RebuildError> {
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut loads = JoinSet::new();
    for partition in (0..).map(Partition::new).take(partitions) {
        let (permits, options) = (Arc::clone(&permits), options.clone());
        let (views, tell) = (views.to_vec(), Arc::clone(tell));
        loads.spawn(async move {
            let _permit = permits.acquire().await;
            let mut connection = connect(&options).await?;
            let folded = Load::begin(&mut connection, partition, &views)
                .await?
                .catch_up(&mut connection, &tell)
                .await?;
            connection.close().await.map_err(failed("closing"))?;
            Ok::<_, RebuildError>(folded)
        });
    }
    let mut folded = 0;
    while let Some(load) = loads.join_next().await {
        folded += load??;
    }
    Ok(folded)
}

/// The views in the making of one partition.
pub(super) struct Load {
    partition: Partition,
    checkpoints: Checkpoints,
}

impl Load {
    /// Goes on where the last one left off.
    pub(super) async fn begin(
        connection: &mut PgConnection,
        partition: Partition,
        views: &[View],
    ) -> Result<Self, RebuildError> {
        let shadow = Generation::SHADOW;
        Ok(Self {
            partition,
            checkpoints: Checkpoints::read_or_create(connection, partition, shadow, views).await?,
        })
    }

    /// Folds up to where the partition ends; returns how many events that were.
    async fn catch_up(
        mut self,
        connection: &mut PgConnection,
        tell: &Tell,
    ) -> Result<u64, RebuildError> {
        let mut folded = 0;
        loop {
            let page = self.read(connection).await?;
            let count = u64::try_from(page.len()).unwrap_or_default();
            if count > 0 {
                let mut transaction = connection.begin().await.map_err(failed("folding"))?;
                self.apply(&mut transaction, &page).await?;
                transaction.commit().await.map_err(failed("folding"))?;
                tell(Progress::Folded(count));
                folded += count;
            }
            if count < u64::from(BATCH_EVENTS_MAX) {
                return Ok(folded);
            }
        }
    }

    /// The next events; fewer than [`BATCH_EVENTS_MAX`] are all there are.
    pub(super) async fn read(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Vec<ScannedEvent>, RebuildError> {
        let after: Position = self.checkpoints.lowest();
        Ok(eventlog::scan(connection, self.partition, after, BATCH_EVENTS_MAX).await?)
    }

    /// Folds what was read, in the caller's transaction.
    pub(super) async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[ScannedEvent],
    ) -> Result<(), RebuildError> {
        let (partition, seen) = (self.partition, self.checkpoints);
        let applied = view::apply(
            connection,
            partition,
            Generation::SHADOW,
            seen,
            events.iter(),
        );
        self.checkpoints = applied.await?.ok_or(RebuildError::Overtaken(partition))?;
        Ok(())
    }
}
