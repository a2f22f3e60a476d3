use std::{sync::Arc, time::Duration};

use domain::partition::Partition;
use sqlx::{PgConnection, PgPool};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, timeout},
};
use uuid::Uuid;

use super::{Duty, LeaseSettings, leases::Held};
use crate::{
    LogError,
    clock::BootTime,
    database::{failed, on_connection, smallint},
    log::Shared,
    metrics,
};

/// No renewal follows another sooner.
const RENEW_EVERY_MIN: Duration = Duration::from_millis(1);

/// Renews `node`'s leases until `stop`, then gives them back.
pub(super) async fn run(
    shared: Arc<Shared>,
    node: Uuid,
    settings: LeaseSettings,
    held: Arc<watch::Sender<Held>>,
    stop: impl Future<Output = ()>,
) {
    tokio::pin!(stop);
    let wanted = Wanted::all_of(&shared);
    let mut ticks = tokio::time::interval(settings.renew_every.max(RENEW_EVERY_MIN));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = &mut stop => break,
            _ = ticks.tick() => {}
        }
        let asked = BootTime::now();
        let renewed = tokio::select! {
            () = &mut stop => break,
            renewed = renew(&shared.background, node, settings, &wanted) => renewed,
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
    // After so long they have run out by themselves.
    match timeout(settings.duration, release(&shared.background, node)).await {
        Ok(Ok(())) | Err(_) => {}
        Ok(Err(error)) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "leases can't be given back"
        ),
    }
}

/// What there is to lease, as the statement takes it.
struct Wanted {
    partitions: Vec<i16>,
    duties: Vec<&'static str>,
}

impl Wanted {
    fn all_of(shared: &Shared) -> Self {
        let partitions = (0..shared.partitions.get()).map(Partition::new);
        let (partitions, duties) = partitions
            .flat_map(|partition| Duty::ALL.map(|duty| (smallint(partition), duty.name())))
            .unzip();
        Self { partitions, duties }
    }
}

async fn renew(
    background: &PgPool,
    node: Uuid,
    settings: LeaseSettings,
    wanted: &Wanted,
) -> Result<Vec<(Duty, Partition)>, LogError> {
    let doing = "renewing leases";
    let lease_ms = i64::try_from(settings.duration.as_millis()).unwrap_or(i64::MAX);
    on_connection(background, doing, async |connection: &mut PgConnection| {
        let rows = sqlx::query_as::<_, (i16, String)>(include_str!("renew_leases.sql"))
            .bind(node)
            .bind(&wanted.partitions)
            .bind(&wanted.duties)
            .bind(lease_ms)
            .fetch_all(connection)
            .await
            .map_err(failed(doing))?;
        Ok(rows.into_iter().filter_map(lease).collect())
    })
    .await
}

/// A lease as this version knows it; a later version may have more duties.
fn lease((partition, duty): (i16, String)) -> Option<(Duty, Partition)> {
    let duty = Duty::ALL.into_iter().find(|known| known.name() == duty)?;
    Some((duty, Partition::new(u16::try_from(partition).ok()?)))
}

async fn release(background: &PgPool, node: Uuid) -> Result<(), LogError> {
    let doing = "giving leases back";
    on_connection(background, doing, async |connection| {
        let released = sqlx::query(include_str!("release_leases.sql"))
            .bind(node)
            .execute(connection)
            .await;
        released.map(drop).map_err(failed(doing))
    })
    .await
}
