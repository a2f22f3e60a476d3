use std::convert::Infallible;

use eventlog::{FeedItem, Follower, LogError};
use tokio::sync::mpsc;

/// What may be read while a batch is being written: pages of the log, or appends.
pub(super) const READ_AHEAD_MAX: usize = 64;

/// Reads ahead while batches are written, so that a batch is as large as the work
/// that came up during the one before. After a reset or a failure it reads no
/// more: whoever writes has to begin anew.
pub(super) async fn read(
    mut follower: Follower,
    ahead: mpsc::Sender<Result<FeedItem, LogError>>,
) -> Infallible {
    let mut more = true;
    while more {
        let item = follower.next().await;
        more = matches!(item, Ok(FeedItem::Events(_)));
        // Whoever writes is polled beside this, and goes away together with it.
        more &= ahead.send(item).await.is_ok();
    }
    std::future::pending().await
}
