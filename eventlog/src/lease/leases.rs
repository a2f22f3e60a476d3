use std::sync::Arc;

use domain::partition::Partition;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Duty, LeaseSettings, keeper};
use crate::{Log, clock::BootTime};

/// The duties that this node has leased, kept up in the background. Cheap to
/// clone.
#[derive(Debug, Clone)]
pub struct Leases {
    held: Arc<watch::Sender<Held>>,
}

/// Until when this node has each duty of each partition, as it may believe
/// itself: by its own clock, which also counts the time in which it stood still.
#[derive(Debug)]
pub(super) struct Held {
    until: Box<[Option<BootTime>]>,
}

impl Held {
    fn new(partitions: usize) -> Self {
        Self {
            until: vec![None; partitions * Duty::ALL.len()].into(),
        }
    }

    /// What is held from now on, and nothing else.
    pub(super) fn replace(
        &mut self,
        held: impl Iterator<Item = (Duty, Partition)>,
        until: BootTime,
    ) {
        self.until.fill(None);
        for (duty, partition) in held {
            if let Some(lease) = self.until.get_mut(index(duty, partition)) {
                *lease = Some(until);
            }
        }
    }

    fn until(&self, duty: Duty, partition: Partition) -> Option<BootTime> {
        let lease = self.until.get(index(duty, partition))?;
        lease.filter(|until| BootTime::now() < *until)
    }
}

fn index(duty: Duty, partition: Partition) -> usize {
    usize::from(partition.get()) * Duty::ALL.len() + duty as usize
}

impl Leases {
    /// Begins to lease duties for `node`, an id that this process alone has,
    /// until `shutdown` or [`Log::close`]; then gives them back. When the last
    /// clone of the log is dropped instead, they run out.
    pub fn start(
        log: &Log,
        node: Uuid,
        settings: LeaseSettings,
        shutdown: CancellationToken,
    ) -> Self {
        let held = Held::new(usize::from(log.partition_count().get()));
        let held = Arc::new(watch::Sender::new(held));
        let closing = log.closing().clone();
        let stop = async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = closing.cancelled() => {}
            }
        };
        let shared = Arc::clone(log.shared());
        log.spawn(keeper::run(shared, node, settings, Arc::clone(&held), stop));
        Self { held }
    }

    /// Waits until this node has the duty of the partition.
    pub async fn acquired(&self, duty: Duty, partition: Partition) {
        let mut held = self.held.subscribe();
        let acquired = held.wait_for(|held| held.until(duty, partition).is_some());
        if acquired.await.is_err() {
            // The keeper is gone: nothing will be leased any more.
            std::future::pending::<()>().await;
        }
    }

    /// Waits until this node has lost the duty of the partition.
    pub async fn lost(&self, duty: Duty, partition: Partition) {
        let mut held = self.held.subscribe();
        loop {
            let until = held.borrow_and_update().until(duty, partition);
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
    /// this machine's monotonic clock runs no slower than the database's.
    pub fn holds(&self, duty: Duty, partition: Partition) -> bool {
        self.held.borrow().until(duty, partition).is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A node that was stopped and goes on has nobody to tell it.
    #[test]
    fn a_lease_ends_by_the_machines_own_clock() {
        let lease = (Duty::Expiry, Partition::new(1));
        let mut held = Held::new(2);
        held.replace(
            [lease].into_iter(),
            BootTime::now().plus(Duration::from_hours(1)),
        );
        assert!(held.until(lease.0, lease.1).is_some());
        assert!(held.until(Duty::Projection, lease.1).is_none());
        assert!(held.until(lease.0, Partition::new(0)).is_none());
        held.replace([lease].into_iter(), BootTime::now());
        assert!(held.until(lease.0, lease.1).is_none());
    }
}
