use std::time::Duration;

use domain::partition::Partition;
use tokio::{task::JoinSet, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::{extend, last_point};
use crate::{Duty, Leases, Log, LogError, on_connection};

/// How far the chain may lie behind the log: until it has come to a row, nothing
/// tells that the row was changed along with its hash.
const EXTEND_EVERY: Duration = Duration::from_mins(1);

/// Keeps the chain of every partition whose duty this node holds behind the log,
/// until `shutdown`.
pub async fn keep(log: Log, leases: Leases, shutdown: CancellationToken) {
    let mut tasks = JoinSet::new();
    for partition in log.partitions() {
        let (log, leases) = (log.clone(), leases.clone());
        let work = async move {
            let mut ticks = tokio::time::interval(EXTEND_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                leases.acquired(Duty::Chain, partition).await;
                if let Err(error) = catch_up(&log, &leases, partition).await {
                    tracing::warn!(
                        %partition,
                        error = &error as &dyn std::error::Error,
                        "the chain falls behind"
                    );
                }
            }
        };
        // A block is one statement: whenever it is left, it is there or it is not.
        let shutdown = shutdown.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = work => {}
            }
        });
    }
    while tasks.join_next().await.is_some() {}
}

/// Adds blocks up to the log's end, as long as this node has the duty.
async fn catch_up(log: &Log, leases: &Leases, partition: Partition) -> Result<(), LogError> {
    let doing = "extending the chain";
    let mut last = on_connection(log.pool(), doing, async |connection| {
        last_point(connection, partition).await
    })
    .await?;
    while leases.holds(Duty::Chain, partition) {
        let extended = on_connection(log.pool(), doing, async |connection| {
            extend(connection, partition, last).await
        });
        match extended.await? {
            Some(point) => last = point,
            None => break,
        }
    }
    Ok(())
}
