use std::sync::Arc;

use domain::partition::Partition;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Duty, LeaseSettings, Post,
    held::{Held, Place},
    keeper::Keeper,
};
use crate::{
    Log,
    supervise::{Task, supervise},
};

/// The duties that this node has leased, kept up in the background. Cheap to
/// clone.
#[derive(Debug, Clone)]
pub struct Leases {
    pub(super) held: Arc<watch::Sender<Held>>,
    /// Told when a duty is to be given back.
    pub(super) given_back: Arc<Notify>,
}

impl Leases {
    /// Begins to lease duties for `node`, an id that this process alone has,
    /// until `shutdown` or [`Log::close`]; then gives them back. When the last
    /// clone of the log is dropped instead, they run out.
    ///
    /// A duty is leased as long as its worker makes progress, if it has one that
    /// reports (see [`Self::post`]); one that nobody has reported of, as long as this
    /// node lives.
    pub fn start(
        log: &Log,
        node: Uuid,
        settings: LeaseSettings,
        shutdown: CancellationToken,
    ) -> Self {
        let partitions = usize::from(log.partition_count().get());
        let held = Held::new(partitions, settings.silence_max);
        let leases = Self {
            held: Arc::new(watch::Sender::new(held)),
            given_back: Arc::default(),
        };
        let stop = log.closing().child_token();
        let stopping = stop.clone();
        log.spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => stopping.cancel(),
                () = stopping.cancelled() => {}
            }
        });
        let (shared, of_node) = (Arc::clone(log.shared()), leases.clone());
        let of_keeper = stop.clone();
        let keep = move || {
            let keeper = Keeper {
                shared: Arc::clone(&shared),
                node,
                settings,
                leases: of_node.clone(),
            };
            keeper.run(of_keeper.clone())
        };
        let task = Task::of_node("renewing leases");
        log.spawn(supervise(task, log.health().clone(), stop, keep));
        leases
    }

    /// A duty of a partition, for its one worker on this node.
    pub fn post(&self, duty: Duty, partition: Partition) -> Post {
        Post::new(self.clone(), duty, partition)
    }

    /// Waits until this node has the duty of the partition.
    pub async fn acquired(&self, duty: Duty, partition: Partition) {
        let mut held = self.held.subscribe();
        let acquired = held.wait_for(|held| held.until((duty, partition)).is_some());
        if acquired.await.is_err() {
            // The keeper is gone: nothing will be leased any more.
            std::future::pending::<()>().await;
        }
    }

    /// Waits until this node has lost the duty of the partition.
    pub async fn lost(&self, duty: Duty, partition: Partition) {
        let mut held = self.held.subscribe();
        loop {
            let until = held.borrow_and_update().until((duty, partition));
            let Some(until) = until else {
                return;
            };
            tokio::select! {
                _ = held.changed() => {}
                () = tokio::time::sleep(until.remaining()) => {}
            }
        }
    }

    /// Whether this node has the duty of the partition now.
    ///
    /// Never true after the database has given it to another node, as long as
    /// this machine's monotonic clock runs no slower than the database's, and the
    /// database's is not set back by more than a second while the lease lasts.
    pub fn holds(&self, duty: Duty, partition: Partition) -> bool {
        self.held.borrow().until((duty, partition)).is_some()
    }

    /// The duty's worker makes progress. Wakes nobody: nothing is held that was not.
    pub(super) fn hear(&self, place: Place) {
        self.held.send_if_modified(|held| {
            held.hear(place);
            false
        });
    }
}
