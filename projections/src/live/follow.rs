use std::{sync::Arc, time::Duration};

use domain::partition::Partition;
use eventlog::{Epoch, FeedItem, Follower, Log, LogError, Position};
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

/// Applies what is appended, until `shutdown`.
pub(super) async fn follow(
    feed: Arc<PartitionFeed>,
    mut follower: Follower,
    shutdown: CancellationToken,
) {
    let mut appends = Appends::default();
    loop {
        let item = tokio::select! {
            () = shutdown.cancelled() => break,
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
                appends = Appends::default();
                let beginning = tokio::select! {
                    () = shutdown.cancelled() => break,
                    beginning = begin_at_last(&feed) => beginning,
                };
                follower = beginning.follower;
                feed.restart((beginning.epoch, beginning.head));
                tokio::spawn(renew_boards(Arc::clone(&feed), shutdown.clone()));
            }
            // It tries again by itself, after a while.
            Err(error) => warn(&feed, &error),
        }
    }
    feed.state().stop();
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
        let awaited = feed.state().awaited();
        if awaited.is_empty() || shutdown.is_cancelled() {
            return;
        }
        if let Err(error) = feed.load(awaited, vec![]).await {
            tracing::warn!(
                partition = %feed.partition(),
                error = &error as &dyn std::error::Error,
                "viewers wait for their days"
            );
            sleep(RETRY_DELAY).await;
        }
    }
}
