use std::{sync::Arc, time::Duration};

use domain::partition::Partition;
use tokio_util::sync::CancellationToken;

use super::{extend, last_point};
use crate::{Duty, Leases, Log, LogError, Post, lease::Rounds, on_connection};

/// How far the chain may lie behind the log: until it has come to a row, nothing
/// tells that the row was changed along with its hash.
const EXTEND_EVERY: Duration = Duration::from_mins(1);

/// Keeps the chain of every partition whose duty this node holds behind the log,
/// until `shutdown`.
pub async fn keep(log: Log, leases: Leases, shutdown: CancellationToken) {
    let rounds = Rounds {
        duty: Duty::Chain,
        task: "extending the chain",
        every: EXTEND_EVERY,
        trouble: "the chain falls behind",
    };
    let of_log = log.clone();
    // A block is one statement: whenever it is left, it is there or it is not.
    let round = move |partition, post| catch_up(of_log.clone(), post, partition);
    rounds.go(&log, &leases, &shutdown, round).await;
}

/// Adds blocks up to the log's end, as long as this node has the duty.
async fn catch_up(log: Log, post: Arc<Post>, partition: Partition) -> Result<(), LogError> {
    let doing = "extending the chain";
    let mut last = on_connection(log.pool(), doing, async |connection| {
        last_point(connection, partition).await
    })
    .await?;
    while post.holds() {
        let extended = on_connection(log.pool(), doing, async |connection| {
            extend(connection, partition, last).await
        });
        let extended = extended.await?;
        post.worked();
        match extended {
            Some(point) => last = point,
            None => break,
        }
    }
    Ok(())
}
