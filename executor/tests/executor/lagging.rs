//! Views that are written beside the nodes: by a runner, or by hand and behind.

use eventlog::Log;
use projections::{
    runner::{self, ViewProgress},
    view::{self, Checkpoints, Generation, View},
};
use sqlx::Connection;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::cluster::Node;

/// A runner, until this is dropped.
pub(crate) struct Views(#[expect(dead_code, reason = "for its end")] DropGuard);

impl Views {
    /// Lets a node write the views.
    pub(crate) fn start(node: &Node) -> Self {
        let stop = CancellationToken::new();
        let progress = ViewProgress::new(&node.log);
        let (log, leases) = (node.log.clone(), node.leases.clone());
        tokio::spawn(runner::run(log, leases, progress, stop.clone()));
        Self(stop.drop_guard())
    }
}

/// Folds the next events of each partition into the views, up to so many, wherever that
/// is in an append.
pub(crate) async fn project_some(log: &Log, events: usize) {
    let generation = Generation::LIVE;
    let mut connection = log.pool().acquire().await.unwrap();
    for partition in log.partitions() {
        let mut transaction = connection.begin().await.unwrap();
        let seen = Checkpoints::read_or_create(&mut transaction, partition, generation, &View::ALL);
        let seen = seen.await.unwrap();
        let tail = log.read_partition(partition, seen.lowest()).await.unwrap();
        let next = tail.events.iter().take(events);
        view::apply(&mut transaction, partition, generation, seen, next)
            .await
            .unwrap()
            .expect("nobody else applies");
        transaction.commit().await.unwrap();
    }
}
