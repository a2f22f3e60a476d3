use std::{sync::Arc, time::Duration};

use domain::partition::Partition;
use sqlx::{PgConnection, PgPool};
use tokio::time::{MissedTickBehavior, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Duty, LeaseSettings, Leases, held::Place};
use crate::{
    LogError,
    clock::BootTime,
    database::{failed, on_connection, smallint},
    log::Shared,
    metrics,
};

/// No renewal follows another sooner.
const RENEW_EVERY_MIN: Duration = Duration::from_millis(1);

/// The name under which a trouble with renewals is noted. A node that has duties, or looks
/// for free ones, asks the database for a write all the time: whatever keeps it from
/// writing shows here first.
const RENEWING: &str = "renewing leases";

/// Renews a node's leases.
#[derive(Debug)]
pub(super) struct Keeper {
    pub(super) shared: Arc<Shared>,
    pub(super) node: Uuid,
    pub(super) settings: LeaseSettings,
    pub(super) leases: Leases,
}

impl Keeper {
    /// Renews until `stop`, then gives all leases back.
    pub(super) async fn run(self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(self.settings.renew_every.max(RENEW_EVERY_MIN));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let renewing = tokio::select! {
                () = stop.cancelled() => break,
                _ = ticks.tick() => true,
                () = self.leases.given_back.notified() => false,
            };
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.give_back() => {}
            }
            if renewing {
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = self.renew() => {}
                }
            }
        }
        let held = &self.leases.held;
        held.send_modify(|held| held.replace(std::iter::empty(), BootTime::now()));
        let (background, node) = (&self.shared.background, self.node);
        // After so long they have run out by themselves.
        match timeout(self.settings.duration, release(background, node)).await {
            Ok(Ok(())) | Err(_) => {}
            Ok(Err(error)) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "leases can't be given back"
            ),
        }
    }

    /// Renews what is worth it, and says how the database took it.
    async fn renew(&self) {
        let (held, health) = (&self.leases.held, &self.shared.health);
        let mut silent = Vec::new();
        held.send_if_modified(|held| {
            silent = held.take_silent();
            false
        });
        for (duty, partition) in silent {
            let duty = duty.name();
            tracing::error!(duty, %partition, "a duty's worker is stuck: the duty is left to other nodes");
            metrics::duty_given_back(duty);
        }
        let wanted = Places::of(held.borrow().wanted());
        let asked = BootTime::now();
        match renew(&self.shared.background, self.node, self.settings, &wanted).await {
            Ok(leases) => {
                health.note(RENEWING, None);
                health.wrote(asked);
                // Counted from before the question, so it ends here before it ends
                // in the database.
                held.send_modify(|held| {
                    held.replace(leases.into_iter(), asked.plus(self.settings.duration));
                });
            }
            // What is held runs out by itself.
            Err(error) => {
                health.note(RENEWING, Some(&error));
                metrics::reconnecting("leases");
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "leases can't be renewed"
                );
            }
        }
    }

    /// Tells the database of what was given back; if it can't be told, that runs out.
    async fn give_back(&self) {
        let mut given = Vec::new();
        self.leases.held.send_if_modified(|held| {
            given = held.take_given_back();
            false
        });
        if given.is_empty() {
            return;
        }
        let given = Places::of(given.into_iter());
        if let Err(error) = give_back(&self.shared.background, self.node, &given).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "leases can't be given back");
        }
    }
}

/// Duties of partitions, as statements take them.
struct Places {
    partitions: Vec<i16>,
    duties: Vec<&'static str>,
}

impl Places {
    fn of(places: impl Iterator<Item = Place>) -> Self {
        let columns = places.map(|(duty, partition)| (smallint(partition), duty.name()));
        let (partitions, duties) = columns.unzip();
        Self { partitions, duties }
    }
}

async fn renew(
    background: &PgPool,
    node: Uuid,
    settings: LeaseSettings,
    wanted: &Places,
) -> Result<Vec<(Duty, Partition)>, LogError> {
    let doing = RENEWING;
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

async fn give_back(background: &PgPool, node: Uuid, given: &Places) -> Result<(), LogError> {
    let doing = "giving duties back";
    on_connection(background, doing, async |connection| {
        let given_back = sqlx::query(include_str!("give_back_leases.sql"))
            .bind(node)
            .bind(&given.partitions)
            .bind(&given.duties)
            .execute(connection)
            .await;
        given_back.map(drop).map_err(failed(doing))
    })
    .await
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
