//! What stands can't be read, for a while: who waits for it is told so, and nobody else
//! waits.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use domain::{
    calendar::Day, hold::Hold, ids::ResourceId, partition::Partition, resource::LEASE_SHORTEST_MS,
    resource_day::ResourceDayEvent,
};
use eventlog::{Cause, LogError, Position, Standing, StandingDay};
use executor::{ExecutorLimits, Failure};
use futures::{FutureExt, future::BoxFuture};
use metrics_exporter_prometheus::PrometheusBuilder;
use projections::view::StandingViews;
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use crate::{
    cluster::{Cluster, DEADLINE, Node, start_with},
    commands::*,
};

const SOUND: u8 = 0;
const FAILS: u8 = 1;
const PANICS: u8 = 2;

/// Views that fail when they are asked for the holds of all partitions, or for the days of
/// one resource.
#[derive(Debug)]
struct Faulty {
    views: StandingViews,
    holds: Arc<AtomicU8>,
    days: Arc<AtomicU8>,
    resource: ResourceId,
}

/// Fails or panics, as it is set.
fn fault(set: &AtomicU8, partition: Partition) -> Result<(), LogError> {
    match set.load(Ordering::Relaxed) {
        SOUND => Ok(()),
        FAILS => Err(LogError::Corrupt {
            partition,
            reason: "it is broken on purpose".into(),
        }),
        _ => panic!("it panics on purpose"),
    }
}

impl Standing for Faulty {
    fn live_holds(
        &self,
        partition: Partition,
    ) -> BoxFuture<'_, Result<(Vec<Hold>, Position), LogError>> {
        async move {
            fault(&self.holds, partition)?;
            self.views.live_holds(partition).await
        }
        .boxed()
    }

    fn days<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        partition: Partition,
        days: &'a [(ResourceId, Day)],
    ) -> BoxFuture<'a, Result<Vec<StandingDay>, LogError>> {
        async move {
            if days.iter().any(|(resource, _)| *resource == self.resource) {
                fault(&self.days, partition)?;
            }
            self.views.days(connection, partition, days).await
        }
        .boxed()
    }
}

/// A node on such views; what is told to fail fails from the start.
async fn faulty(
    cluster: &Cluster,
    resource: &str,
    (holds, days): (&Arc<AtomicU8>, &Arc<AtomicU8>),
) -> Node {
    // One hold ends in one append, so that two are more than one.
    let limits = ExecutorLimits {
        expire_batch: 1,
        ..ExecutorLimits::default()
    };
    let duties = CancellationToken::new();
    start_with(cluster.database.options(), limits, duties, |log| {
        Arc::new(Faulty {
            views: StandingViews::new(log.clone()),
            holds: Arc::clone(holds),
            days: Arc::clone(days),
            resource: resource.parse().unwrap(),
        })
    })
    .await
}

/// Waits until it is so.
async fn until(is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(DEADLINE, waiting).await.unwrap();
}

#[tokio::test]
async fn readiness_knows_of_a_partition_whose_owner_can_not_begin() {
    for (kind, words) in [(FAILS, "broken on purpose"), (PANICS, "panics on purpose")] {
        let cluster = Cluster::new().await;
        let (holds, days) = (Arc::new(AtomicU8::new(kind)), Arc::default());
        let node = faulty(&cluster, STUDIO, (&holds, &days)).await;
        let partition = format!("the owner of partition {}:", partition_of(STUDIO));
        until(|| {
            let troubles = node.log.health().troubles_now();
            troubles.iter().any(|trouble| {
                let detail = &trouble.detail;
                trouble.cause == Cause::Task
                    && detail.starts_with(&partition)
                    && detail.contains(words)
            })
        })
        .await;
        holds.store(SOUND, Ordering::Relaxed);
        until(|| node.log.health().troubles_now().is_empty()).await;
        node.accepted(put(STUDIO)).await;
    }
}

/// A resource in the same partition as the studio.
fn neighbour() -> String {
    let mut names = (0..).map(|nth| format!("room-{nth}"));
    let found = names.find(|name| partition_of(name) == partition_of(STUDIO));
    found.unwrap()
}

#[tokio::test]
async fn holds_whose_days_do_not_read_keep_nobody_else_from_booking_and_end_later() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let told = recorder.handle();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let (cluster, room) = (Cluster::new().await, neighbour());
    let node = cluster.node_without_duties().await;
    node.accepted(put(STUDIO)).await;
    node.accepted(put_with_lease(&room, LEASE_SHORTEST_MS))
        .await;
    let mut last = None;
    for day in 2_u32..6 {
        let slot = span(&format!("{day:02}T10:00"), 60);
        last = Some(held(
            node.accepted(beat(&room, session(day.into()), slot)).await,
        ));
    }
    let last = last.unwrap();
    node.stop().await;
    let due = async { while node.log.read_clock().await.unwrap() < last.lease_expires_at {} };
    tokio::time::timeout(DEADLINE, due).await.unwrap();

    let (holds, days) = (Arc::default(), Arc::new(AtomicU8::new(FAILS)));
    let node = faulty(&cluster, &room, (&holds, &days)).await;
    node.accepted(book(STUDIO, B, span("02T10:00", 60))).await;
    let met = node.execute(book(&room, B, span("02T10:00", 60))).await;
    assert!(matches!(met, Err(Failure::Unavailable(_))), "{met:?}");
    // Another node may be able to do what this one is not.
    until(|| {
        let told = told.render();
        told.lines().any(|line| {
            line.starts_with("slotkeeper_duties_given_back_total{duty=\"expiry\"")
                && !line.ends_with(" 0")
        })
    })
    .await;
    assert_eq!(cluster.events("HoldExpired").await, 0);

    days.store(SOUND, Ordering::Relaxed);
    let is_last = |event: &ResourceDayEvent| event.hold_id() == Some(last.id);
    let ends = |event: &ResourceDayEvent| matches!(event, ResourceDayEvent::HoldExpired(_));
    node.event_of(&room, |event| is_last(event) && ends(event))
        .await;
    node.accepted(book(&room, B, span("02T10:00", 60))).await;
    assert_eq!(cluster.events("HoldExpired").await, 4);
    cluster.audit().await;
}
