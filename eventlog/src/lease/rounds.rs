use std::{sync::Arc, time::Duration};

use domain::partition::Partition;
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{Duty, Leases, Post};
use crate::{
    Log, LogError,
    supervise::{Task, supervise},
};

/// How long after a round that failed the next one begins, if not sooner.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// A duty that is done now and then, and not all the time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rounds {
    pub(crate) duty: Duty,
    /// What it is called among the tasks.
    pub(crate) task: &'static str,
    /// From the start of one round to that of the next; a round that takes longer is
    /// followed at once.
    pub(crate) every: Duration,
    /// What to say when a round fails. The next one begins where it ended.
    pub(crate) trouble: &'static str,
}

impl Rounds {
    /// Goes round every partition whose duty this node holds, until `shutdown`, which
    /// a round does not hold up: it may be left in the middle. A round is to say after
    /// each of its steps that it has worked.
    pub(crate) async fn go<F>(
        self,
        log: &Log,
        leases: &Leases,
        shutdown: &CancellationToken,
        round: impl Fn(Partition, Arc<Post>) -> F + Clone + Send + 'static,
    ) where
        F: Future<Output = Result<(), LogError>> + Send,
    {
        let mut tasks = JoinSet::new();
        for partition in log.partitions() {
            let (leases, round, stop) = (leases.clone(), round.clone(), shutdown.clone());
            let work = move || {
                let post = Arc::new(leases.post(self.duty, partition));
                let (round, stop) = (round.clone(), stop.clone());
                async move {
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = self.at(partition, post, round) => {}
                    }
                }
            };
            let task = Task::of_partition(self.task, partition);
            let (health, stop) = (log.health().clone(), shutdown.clone());
            tasks.spawn(supervise(task, health, stop, work));
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Goes round one partition, for ever.
    async fn at<F>(
        self,
        partition: Partition,
        post: Arc<Post>,
        round: impl Fn(Partition, Arc<Post>) -> F,
    ) where
        F: Future<Output = Result<(), LogError>>,
    {
        let mut ticks = tokio::time::interval(self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            post.idle(ticks.tick()).await;
            post.acquired().await;
            while let Err(error) = round(partition, Arc::clone(&post)).await {
                self.warn(partition, &error);
                if post.failed() {
                    ticks.reset_immediately();
                    break;
                }
                post.idle(sleep(RETRY_AFTER.min(self.every))).await;
            }
        }
    }

    fn warn(self, partition: Partition, error: &LogError) {
        let error = error as &dyn std::error::Error;
        tracing::warn!(%partition, error, "{}", self.trouble);
    }
}
