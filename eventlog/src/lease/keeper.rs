use std::sync::Arc;

use domain::partition::Partition;
use sqlx::PgConnection;
use tokio::{sync::watch, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Duty, LeaseSettings, leases::Held};
use crate::{Log, LogError, clock::BootTime, database::on_connection, metrics};

/// Renews `node`'s leases until `shutdown`, then gives them back.
pub(super) async fn run(
    log: Log,
    node: Uuid,
    settings: LeaseSettings,
    held: Arc<watch::Sender<Held>>,
    shutdown: CancellationToken,
) {
    let wanted = Wanted::all_of(&log);
    let mut ticks = tokio::time::interval(settings.renew_every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => break,
            _ = ticks.tick() => {}
        }
        let asked = BootTime::now();
        let renewed = tokio::select! {
            () = shutdown.cancelled() => break,
            renewed = renew(&log, node, settings, &wanted) => renewed,
        };
        match renewed {
            // Counted from before the question, so it ends here before it ends
            // in the database.
            Ok(leases) => held.send_modify(|held| {
                held.replace(leases.into_iter(), asked.plus(settings.duration));
            }),
            // What is held runs out by itself.
            Err(error) => {
                metrics::reconnecting("leases");
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "leases can't be renewed"
                );
            }
        }
    }
    held.send_modify(|held| held.replace(std::iter::empty(), BootTime::now()));
    if let Err(error) = release(&log, node).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "leases can't be given back"
        );
    }
}

/// What there is to lease, as the statement takes it.
struct Wanted {
    partitions: Vec<i16>,
    duties: Vec<&'static str>,
}

impl Wanted {
    fn all_of(log: &Log) -> Self {
        let each = log
            .partitions()
            .flat_map(|partition| Duty::ALL.map(|duty| (partition, duty)));
        let (partitions, duties) = each
            .map(|(partition, duty)| (crate::database::smallint(partition), duty.name()))
            .unzip();
        Self { partitions, duties }
    }
}

async fn renew(
    log: &Log,
    node: Uuid,
    settings: LeaseSettings,
    wanted: &Wanted,
) -> Result<Vec<(Duty, Partition)>, LogError> {
    let doing = "renewing leases";
    let lease_ms = i64::try_from(settings.duration.as_millis()).unwrap_or(i64::MAX);
    let background = &log.shared().background;
    on_connection(background, doing, async |connection: &mut PgConnection| {
        let rows = sqlx::query_as::<_, (i16, String)>(include_str!("renew_leases.sql"))
            .bind(node)
            .bind(&wanted.partitions)
            .bind(&wanted.duties)
            .bind(lease_ms)
            .fetch_all(connection)
            .await
            .map_err(|source| LogError::Database { doing, source })?;
        Ok(rows.into_iter().filter_map(lease).collect())
    })
    .await
}

/// A lease as this version knows it; a later version may have more duties.
fn lease((partition, duty): (i16, String)) -> Option<(Duty, Partition)> {
    let duty = Duty::ALL.into_iter().find(|known| known.name() == duty)?;
    Some((duty, Partition::new(u16::try_from(partition).ok()?)))
}

async fn release(log: &Log, node: Uuid) -> Result<(), LogError> {
    let doing = "giving leases back";
    on_connection(&log.shared().background, doing, async |connection| {
        let released = sqlx::query(include_str!("release_leases.sql"))
            .bind(node)
            .execute(connection)
            .await;
        released
            .map(drop)
            .map_err(|source| LogError::Database { doing, source })
    })
    .await
}
