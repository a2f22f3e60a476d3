//! Writes the views: one runner a partition among all nodes.
//!
//! The lease of [`Duty::Projection`] keeps nodes from
//! doing the same work twice and no more than that: a batch commits with its
//! checkpoints moved from where it starts, so two runners can't both apply it.

mod lag;
mod partition;
mod progress;
mod read_ahead;
mod start;

use eventlog::{Duty, Leases, Log};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use progress::{ViewProgress, ViewWaitError};

use crate::metric;

/// Runs the projections of every partition whose duty this node holds, until
/// `shutdown`. Returns when all have stopped, each after the batch it is at.
pub async fn run(log: Log, leases: Leases, progress: ViewProgress, shutdown: CancellationToken) {
    metric::describe();
    let mut tasks = JoinSet::new();
    for partition in log.partitions() {
        let runner = partition::Runner::new(log.clone(), partition, progress.clone());
        let (leases, shutdown) = (leases.clone(), shutdown.clone());
        tasks.spawn(async move {
            loop {
                tokio::select! {
                    () = shutdown.cancelled() => return,
                    () = leases.acquired(Duty::Projection, partition) => {}
                }
                let stop = async {
                    tokio::select! {
                        () = shutdown.cancelled() => {}
                        () = leases.lost(Duty::Projection, partition) => {}
                    }
                };
                runner.run(stop).await;
            }
        });
    }
    tasks.spawn(lag::report(log, shutdown));
    while tasks.join_next().await.is_some() {}
}
