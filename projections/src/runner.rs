//! Writes the views: one runner a partition among all nodes.

use std::time::Duration;

use domain::partition::Partition;
use eventlog::{Leases, Log, LogError, Position};
use tokio_util::sync::CancellationToken;

/// Runs the projections of every partition whose duty this node holds, until
/// `shutdown`. Returns when all have stopped.
pub async fn run(
    _log: Log,
    _leases: Leases,
    _progress: ViewProgress,
    _shutdown: CancellationToken,
) {
    todo!()
}

/// How far the views are, for reads that must see a position. Cheap to clone;
/// the one that [`run`] was given knows this node's commits at once.
#[derive(Debug, Clone)]
pub struct ViewProgress {}

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
    /// The checkpoint could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl ViewProgress {
    /// For the views of `log`.
    pub fn new(_log: &Log) -> Self {
        todo!()
    }

    /// Waits until all views of the partition have applied `position`, whichever
    /// node writes them, at most `patience`.
    ///
    /// # Errors
    ///
    /// [`ViewWaitError`].
    pub async fn wait_for(
        &self,
        _partition: Partition,
        _position: Position,
        _patience: Duration,
    ) -> Result<(), ViewWaitError> {
        todo!()
    }
}
