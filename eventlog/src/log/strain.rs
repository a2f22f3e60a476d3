use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::Shared;
use crate::{
    LogError,
    database::{failed, on_connection},
    metrics,
};

/// How often it is looked what keeps the database from cleaning up: as often as metrics
/// are collected, as a rule.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// Tells, as metrics, what keeps the database from cleaning up, until `stop`.
pub(crate) async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        let looked = tokio::select! {
            () = stop.cancelled() => return,
            looked = look(&shared) => looked,
        };
        match looked {
            Ok((seconds, dead_heads)) => metrics::strained(seconds, dead_heads),
            Err(error) => tracing::debug!(
                error = &error as &dyn std::error::Error,
                "what keeps old versions can't be read"
            ),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

async fn look(shared: &Shared) -> Result<(f64, i64), LogError> {
    let doing = "looking for old snapshots";
    on_connection(&shared.background, doing, async |connection| {
        sqlx::query_as(include_str!("old_snapshots.sql"))
            .fetch_one(connection)
            .await
            .map_err(failed(doing))
    })
    .await
}
