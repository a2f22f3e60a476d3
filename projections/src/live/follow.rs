use std::{sync::Arc, time::Duration};

use domain::partition::Partition;
use eventlog::{
    Epoch, FeedItem, Follower, Log, LogError, Position, Task, supervise, supervise_to_end,
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{appends::Appends, metric};

use super::partition::PartitionFeed;

/// Events that are folded under one lock: readers wait for no more than this.
const APPLY_EVENTS_MAX: usize = 1_000;
/// Between two tries to read a log that can't be read.
const RETRY_DELAY: Duration = Duration::from_millis(250);

/// Where a follower begins: the present end of its partition.
pub(super) struct Beginning {
    pub(super) epoch: Epoch,
    pub(super) head: Position,
    pub(super) follower: Follower,
}

/// Begins to follow a partition at its end.
///
/// # Errors
///
/// [`LogError`] when the head can't be read.
pub(super) async fn begin(log: &Log, partition: Partition) -> Result<Beginning, LogError> {
    loop {
        let epoch = log.epoch();
        let head = log.head(partition).await?.position;
        let follower = log.follow(partition, head);
        // A follower that began in an epoch reports its end; one that changed
        // before it began must not go by the old name.
        if epoch == log.epoch() {
            return Ok(Beginning {
                epoch,
                head,
                follower,
            });
        }
    }
}

/// Begins to apply what is appended, in the background, until `shutdown`.
pub(super) fn start(feed: &Arc<PartitionFeed>, follower: Follower, shutdown: &CancellationToken) {
    let (of_task, stop) = (Arc::clone(feed), shutdown.clone());
    let mut follower = Some(follower);
    let make = move || follow(Arc::clone(&of_task), follower.take(), stop.clone());
    let task = Task::of_partition("following the log", feed.partition());
    let health = feed.log().health().clone();
    tokio::spawn(supervise(task, health, shutdown.clone(), make));
}

/// Applies what is appended, until `shutdown`. Without a follower it begins afresh at
/// the log's end: what is in memory may be half done.
async fn follow(feed: Arc<PartitionFeed>, follower: Option<Follower>, shutdown: CancellationToken) {
    let mut next = follower;
    while !shutdown.is_cancelled() {
        let follower = match next.take() {
            Some(follower) => Some(follower),
            None => restart(&feed, &shutdown).await,
        };
        if let Some(follower) = follower {
            apply_all(&feed, follower, &shutdown).await;
        }
    }
    feed.state().stop();
}

/// Applies what comes until the history is undone, or `shutdown`.
async fn apply_all(feed: &PartitionFeed, mut follower: Follower, shutdown: &CancellationToken) {
    let mut appends = Appends::default();
    loop {
        let item = tokio::select! {
            () = shutdown.cancelled() => return,
            item = follower.next() => item,
        };
        match item {
            Ok(FeedItem::Events(events)) => {
                appends.push(events);
                while let Some(batch) = appends.take(APPLY_EVENTS_MAX) {
                    feed.apply(&batch);
                    let lag = feed.log().clock().now().since(batch.last().recorded_at);
                    metrics::histogram!(metric::LIVE_LAG).record(lag);
                }
            }
            Ok(FeedItem::Reset) => {
                tracing::warn!(partition = %feed.partition(), "the history was undone");
                return;
            }
            // It tries again by itself, after a while.
            Err(error) => warn(feed, &error),
        }
    }
}

/// Throws away what is in memory and begins at the log's end; nothing at `shutdown`.
async fn restart(feed: &Arc<PartitionFeed>, shutdown: &CancellationToken) -> Option<Follower> {
    let beginning = tokio::select! {
        () = shutdown.cancelled() => return None,
        beginning = begin_at_last(feed) => beginning,
    };
    feed.restart((beginning.epoch, beginning.head));
    let (of_task, stop) = (Arc::clone(feed), shutdown.clone());
    let make = move || renew_boards(Arc::clone(&of_task), stop.clone());
    let task = Task::of_partition("renewing boards", feed.partition());
    let health = feed.log().health().clone();
    tokio::spawn(supervise_to_end(task, health, shutdown.clone(), make));
    Some(beginning.follower)
}

async fn begin_at_last(feed: &PartitionFeed) -> Beginning {
    loop {
        match begin(feed.log(), feed.partition()).await {
            Ok(beginning) => return beginning,
            Err(error) => {
                warn(feed, &error);
                sleep(RETRY_DELAY).await;
            }
        }
    }
}

fn warn(feed: &PartitionFeed, error: &LogError) {
    tracing::warn!(
        partition = %feed.partition(),
        error = error as &dyn std::error::Error,
        "viewers fall behind"
    );
}

/// Loads the watched days anew, until every viewer has a board of the history
/// that stands.
async fn renew_boards(feed: Arc<PartitionFeed>, shutdown: CancellationToken) {
    loop {
        let (days, resources) = feed.state().awaited();
        if days.is_empty() || shutdown.is_cancelled() {
            return;
        }
        if let Err(error) = feed.load(days, resources).await {
            tracing::warn!(
                partition = %feed.partition(),
                error = &error as &dyn std::error::Error,
                "viewers wait for their days"
            );
            sleep(RETRY_DELAY).await;
        }
    }
}
