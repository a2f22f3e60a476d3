//! Writes the views: one runner a partition among all nodes.
//!
//! The lease of [`Duty::Projection`] keeps nodes from
//! doing the same work twice and no more than that: a batch commits with its
//! checkpoints moved from where it starts, so two runners can't both apply it. A
//! runner that fails again and again leaves the duty to another node.

mod lag;
mod partition;
mod progress;
mod read_ahead;
mod start;

use eventlog::{Duty, Leases, Log, Task, supervise};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use partition::Runner;
pub use progress::{ViewProgress, ViewWaitError};

use crate::metric;

/// Runs the projections of every partition whose duty this node holds, until
/// `shutdown`. Returns when all have stopped, each after the batch it is at.
pub async fn run(log: Log, leases: Leases, progress: ViewProgress, shutdown: CancellationToken) {
    metric::describe();
    let mut tasks = JoinSet::new();
    for partition in log.partitions() {
        let runner = {
            let (log, leases, progress) = (log.clone(), leases.clone(), progress.clone());
            move || {
                let post = leases.post(Duty::Projection, partition);
                Runner::new(log.clone(), partition, progress.clone(), post)
            }
        };
        let stop = shutdown.clone();
        let work = move || serve(runner(), stop.clone());
        let task = Task::of_partition("writing the views", partition);
        let (health, stop) = (log.health().clone(), shutdown.clone());
        tasks.spawn(supervise(task, health, stop, work));
    }
    let (task, health) = (Task::of_node("measuring the lag"), log.health().clone());
    let stop = shutdown.clone();
    let measure = move || lag::report(log.clone(), stop.clone());
    tasks.spawn(supervise(task, health, shutdown, measure));
    while tasks.join_next().await.is_some() {}
}

/// Writes a partition's views whenever this node has the duty.
async fn serve(runner: Runner, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = runner.post().acquired() => {}
        }
        let stop = async {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = runner.post().lost() => {}
            }
        };
        runner.run(stop).await;
    }
}
