use std::time::Duration;

use eventlog::{Log, LogError, on_connection};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::{
    column, metric,
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
        let measured = tokio::select! {
            biased;
            () = shutdown.cancelled() => return,
            measured = async {
                ticks.tick().await;
                measure(&log).await
            } => measured,
        };
        if let Err(error) = measured {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the lag of the views is not known");
        }
    }
}

async fn measure(log: &Log) -> Result<(), LogError> {
    let query = sqlx::query_as(include_str!("lag.sql"))
        .bind(View::ALL.map(View::name))
        .bind(Generation::LIVE.number());
    let doing = "measuring the lag of the views";
    let rows: Vec<(i16, String, i64, f64)> = on_connection(log.pool(), doing, async |connection| {
        let rows = query.fetch_all(connection).await;
        rows.map_err(column::failed(doing))
    })
    .await?;
    for (partition, view, events, seconds) in rows {
        let labels = [("partition", partition.to_string()), ("view", view)];
        #[expect(clippy::cast_precision_loss, reason = "a gauge needs no last digit")]
        metrics::gauge!(metric::LAG_EVENTS, &labels).set(events as f64);
        metrics::gauge!(metric::LAG_SECONDS, &labels).set(seconds);
    }
    Ok(())
}
