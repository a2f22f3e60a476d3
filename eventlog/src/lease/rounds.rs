use std::time::Duration;

use domain::partition::Partition;
use tokio::{task::JoinSet, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::{Duty, Leases};
use crate::{Log, LogError};

/// A duty that is done now and then, and not all the time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rounds {
    pub(crate) duty: Duty,
    /// From the start of one round to that of the next; a round that takes longer is
    /// followed at once.
    pub(crate) every: Duration,
    /// What to say when a round fails. The next one begins where it ended.
    pub(crate) trouble: &'static str,
}

impl Rounds {
    /// Goes round every partition whose duty this node holds, until `shutdown`, which
    /// a round does not hold up: it may be left in the middle.
    pub(crate) async fn go<F>(
        self,
        log: &Log,
        leases: &Leases,
        shutdown: &CancellationToken,
        round: impl Fn(Partition) -> F + Clone + Send + 'static,
    ) where
        F: Future<Output = Result<(), LogError>> + Send,
    {
        let mut tasks = JoinSet::new();
        for partition in log.partitions() {
            let (leases, round) = (leases.clone(), round.clone());
            let rounds = async move {
                let mut ticks = tokio::time::interval(self.every);
                ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
                loop {
                    ticks.tick().await;
                    leases.acquired(self.duty, partition).await;
                    if let Err(error) = round(partition).await {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(%partition, error, "{}", self.trouble);
                    }
                }
            };
            let shutdown = shutdown.clone();
            tasks.spawn(async move {
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    () = rounds => {}
                }
            });
        }
        while tasks.join_next().await.is_some() {}
    }
}
