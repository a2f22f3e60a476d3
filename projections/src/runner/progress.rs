use std::{future::pending, sync::Arc, time::Duration};

use domain::partition::Partition;
use eventlog::{Log, LogError, Position, on_connection};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, timeout_at},
};

use crate::{
    column,
    view::{Generation, View},
};

/// How often to look how far another node has come.
const POLL_DELAY: Duration = Duration::from_millis(20);

/// How far the views are, for reads that must see a position. Cheap to clone;
/// the one that [`run`](super::run) was given knows this node's commits at once.
#[derive(Debug, Clone)]
pub struct ViewProgress {
    log: Log,
    /// By partition: what this node has committed, or has seen committed.
    committed: Arc<[watch::Sender<Position>]>,
    /// By partition: told when somebody waits.
    hurry: Arc<[Notify]>,
}

/// Why a view was not waited for any longer.
#[derive(Debug, thiserror::Error)]
pub enum ViewWaitError {
    /// The views have not applied the position in the time allowed.
    #[error("position {wanted} is not in the views yet, {applied} is")]
    Behind {
        /// What was asked for.
        wanted: Position,
        /// How far the views are.
        applied: Position,
    },
    /// The log has no such partition.
    #[error("the log has no partition {0}")]
    NoPartition(Partition),
    /// The checkpoint could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl ViewProgress {
    /// For the views of `log`.
    pub fn new(log: &Log) -> Self {
        let start = |_| watch::Sender::new(Position::START);
        Self {
            log: log.clone(),
            committed: log.partitions().map(start).collect(),
            hurry: log.partitions().map(|_| Notify::new()).collect(),
        }
    }

    /// Waits until all views of the partition have applied `position`, whichever
    /// node writes them, at most `patience`.
    ///
    /// # Errors
    ///
    /// [`ViewWaitError`].
    pub async fn wait_for(
        &self,
        partition: Partition,
        position: Position,
        patience: Duration,
    ) -> Result<(), ViewWaitError> {
        let deadline = Instant::now() + patience;
        let committed = self.committed.get(usize::from(partition.get()));
        let committed = committed.ok_or(ViewWaitError::NoPartition(partition))?;
        let mut here = committed.subscribe();
        loop {
            if *here.borrow() >= position {
                return Ok(());
            }
            if let Some(hurry) = self.hurry.get(usize::from(partition.get())) {
                hurry.notify_one();
            }
            let applied = self.read(partition).await?;
            if applied >= position {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(ViewWaitError::Behind {
                    wanted: position,
                    applied,
                });
            }
            let sooner = here.wait_for(|committed| *committed >= position);
            let next = (Instant::now() + POLL_DELAY).min(deadline);
            // Whichever comes first, the loop looks.
            let _ = timeout_at(next, sooner).await;
        }
    }

    /// Wakes those who wait for a position up to `position`.
    pub(super) fn committed(&self, partition: Partition, position: Position) {
        if let Some(committed) = self.committed.get(usize::from(partition.get())) {
            committed.send_replace(position);
        }
    }

    /// Returns when somebody waits for a position that this node has not
    /// committed. One who asked since the last call counts.
    pub(super) async fn hurried(&self, partition: Partition) {
        match self.hurry.get(usize::from(partition.get())) {
            Some(hurry) => hurry.notified().await,
            None => pending().await,
        }
    }

    async fn read(&self, partition: Partition) -> Result<Position, LogError> {
        let query = sqlx::query_scalar(include_str!("lowest_checkpoint.sql"))
            .bind(column::partition(partition))
            .bind(Generation::LIVE.number())
            .bind(View::ALL.map(View::name));
        let doing = "reading a checkpoint";
        let lowest: Option<i64> = on_connection(self.log.pool(), doing, async |connection| {
            let lowest = query.fetch_one(connection).await;
            lowest.map_err(column::failed(doing))
        })
        .await?;
        Ok(column::read_position(lowest.unwrap_or_default()))
    }
}
