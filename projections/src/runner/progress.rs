use std::{future::pending, sync::Arc, time::Duration};

use domain::partition::Partition;
use eventlog::{Epoch, Log, LogError, Position, SharedRead, on_connection};
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
    /// By partition.
    lanes: Arc<[Lane]>,
}

/// How far the views of one partition are.
#[derive(Debug)]
struct Lane {
    /// What this node has committed, or has seen committed.
    committed: watch::Sender<Committed>,
    /// Told when somebody waits.
    hurry: Notify,
    /// How far the views are in the database, for all who wait.
    applied: SharedRead<Result<Position, Arc<LogError>>>,
}

/// How far the views were by a commit, and in which history of the log: after a restore
/// others have the positions that were undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Committed {
    pub(super) epoch: Epoch,
    pub(super) position: Position,
}

impl Committed {
    fn covers(self, epoch: Epoch, position: Position) -> bool {
        self.epoch == epoch && self.position >= position
    }
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
    /// The log does not go so far: nobody has written the position.
    #[error("position {wanted} is beyond the log's end, which is at {head}")]
    Beyond {
        /// What was asked for.
        wanted: Position,
        /// The log's end.
        head: Position,
    },
    /// The log has no such partition.
    #[error("the log has no partition {0}")]
    NoPartition(Partition),
    /// The checkpoint could not be read. Shared by all who waited for the same read.
    #[error(transparent)]
    Log(#[from] Arc<LogError>),
}

impl ViewProgress {
    /// For the views of `log`.
    pub fn new(log: &Log) -> Self {
        let lane = |_| Lane {
            committed: watch::Sender::new(Committed {
                epoch: log.epoch(),
                position: Position::START,
            }),
            hurry: Notify::new(),
            applied: SharedRead::default(),
        };
        Self {
            log: log.clone(),
            lanes: log.partitions().map(lane).collect(),
        }
    }

    /// Waits until all views of the partition have applied `position`, whichever
    /// node writes them, at most `patience`; not at all for a position that nobody
    /// has written. All who wait share what is read of the database.
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
        let lane = self.lanes.get(usize::from(partition.get()));
        let lane = lane.ok_or(ViewWaitError::NoPartition(partition))?;
        let mut here = lane.committed.subscribe();
        if here.borrow().covers(self.log.epoch(), position) {
            return Ok(());
        }
        if let Some(head) = self.log.end_before(partition, position).await? {
            return Err(ViewWaitError::Beyond {
                wanted: position,
                head,
            });
        }
        loop {
            lane.hurry.notify_one();
            let asked = Instant::now();
            // What another has just read is as good.
            let since = asked.checked_sub(POLL_DELAY).unwrap_or(asked);
            let read = async || self.read(partition).await.map_err(Arc::new);
            let applied = lane.applied.since(since, read).await?;
            if applied >= position {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(ViewWaitError::Behind {
                    wanted: position,
                    applied,
                });
            }
            let epoch = self.log.epoch();
            let sooner = here.wait_for(|committed| committed.covers(epoch, position));
            let next = (Instant::now() + POLL_DELAY).min(deadline);
            if let Ok(Ok(_)) = timeout_at(next, sooner).await {
                return Ok(());
            }
        }
    }

    /// Wakes those who wait for a position up to `position`.
    pub(super) fn committed(&self, partition: Partition, committed: Committed) {
        if let Some(lane) = self.lanes.get(usize::from(partition.get())) {
            lane.committed.send_replace(committed);
        }
    }

    /// Says that nothing is known of what others commit.
    pub(super) fn forget(&self, partition: Partition) {
        let nothing = Committed {
            epoch: self.log.epoch(),
            position: Position::START,
        };
        self.committed(partition, nothing);
    }

    /// Returns when somebody waits for a position that this node has not
    /// committed. One who asked since the last call counts.
    pub(super) async fn hurried(&self, partition: Partition) {
        match self.lanes.get(usize::from(partition.get())) {
            Some(lane) => lane.hurry.notified().await,
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sqlx::types::Uuid;

    use super::*;

    proptest! {
        #[test]
        fn a_commit_covers_positions_of_its_own_history_alone(
            (made, asked) in (0..3_i32, 0..3_i32),
            (reached, wanted) in (0..9_u64, 0..9_u64),
        ) {
            let epoch = |restores| Epoch::new(Uuid::nil(), restores, "00000001");
            let committed = Committed {
                epoch: epoch(made),
                position: Position::new(reached),
            };
            let covers = committed.covers(epoch(asked), Position::new(wanted));
            prop_assert_eq!(covers, made == asked && reached >= wanted);
        }
    }
}
