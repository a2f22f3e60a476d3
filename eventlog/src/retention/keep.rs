use std::{sync::Arc, time::Duration};

use domain::{calendar::Timestamp, partition::Partition};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::compact;
use crate::{Duty, Leases, Log, LogError, Post, lease::Rounds, on_connection};

/// How often to look for what has become old. Each time costs an event on every day
/// that had renewals, so not often.
const LOOK_EVERY: Duration = Duration::from_hours(1);

/// Between two batches: what became old while no server ran must not hold up those
/// who book.
const BATCH_PAUSE: Duration = Duration::from_millis(100);

/// Empties the renewals of ended holds once they are older than `kept`, in every
/// partition whose duty this node holds, until `shutdown`.
pub async fn keep(log: Log, leases: Leases, kept: Duration, shutdown: CancellationToken) {
    let rounds = Rounds {
        duty: Duty::Retention,
        task: "emptying renewals",
        every: LOOK_EVERY,
        trouble: "old renewals can't be emptied",
    };
    let of_log = log.clone();
    // A batch is one transaction: left in the middle, it never was.
    let round = move |partition, post| catch_up(of_log.clone(), post, kept, partition);
    rounds.go(&log, &leases, &shutdown, round).await;
}

/// Empties what is old now, as long as this node has the duty.
async fn catch_up(
    log: Log,
    post: Arc<Post>,
    kept: Duration,
    partition: Partition,
) -> Result<(), LogError> {
    let now = log.read_clock().await?;
    let kept_ms = i64::try_from(kept.as_millis()).unwrap_or(i64::MAX);
    let before = Timestamp::from_ms(now.ms().saturating_sub(kept_ms)).unwrap_or(Timestamp::EPOCH);
    let mut emptied = 0;
    while post.holds() {
        let doing = "emptying renewals";
        let step = on_connection(log.pool(), doing, async |connection| {
            compact(connection, partition, before).await
        })
        .await?;
        post.worked();
        emptied += step.emptied;
        if !step.more {
            break;
        }
        if step.emptied > 0 {
            post.idle(sleep(BATCH_PAUSE)).await;
        }
    }
    if emptied > 0 {
        tracing::info!(%partition, emptied, "renewals of ended holds are emptied");
    }
    Ok(())
}
