use std::time::Duration;

use eventlog::Log;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::{
    metric,
    view::{Generation, View},
};

/// How often the lag is measured: finer than Prometheus looks.
const MEASURE_DELAY: Duration = Duration::from_secs(1);

/// Measures how far the views are behind the log, until `shutdown`. Every node
/// does, so that partitions that no node projects are seen too.
pub(super) async fn report(log: Log, shutdown: CancellationToken) {
    let mut ticks = interval(MEASURE_DELAY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = measure(&log).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the lag of the views is not known");
        }
    }
}

async fn measure(log: &Log) -> Result<(), sqlx::Error> {
    let rows: Vec<(i16, String, i64, f64)> = sqlx::query_as(include_str!("lag.sql"))
        .bind(View::ALL.map(View::name))
        .bind(Generation::LIVE.number())
        .fetch_all(log.pool())
        .await?;
    for (partition, view, events, seconds) in rows {
        let labels = [("partition", partition.to_string()), ("view", view)];
        #[expect(clippy::cast_precision_loss, reason = "a gauge needs no last digit")]
        metrics::gauge!(metric::LAG_EVENTS, &labels).set(events as f64);
        metrics::gauge!(metric::LAG_SECONDS, &labels).set(seconds);
    }
    Ok(())
}
