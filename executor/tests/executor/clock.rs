//! The database's clock jumps a day ahead, and back.

use domain::{resource::LEASE_SHORTEST_MS, resource_day::ResourceDayEvent};
use eventlog::ClockHealth;
use executor::ExecutorLimits;
use sqlx::postgres::PgConnectOptions;
use tokio_util::sync::CancellationToken;

use crate::{
    cluster::{Cluster, DEADLINE, Node, start},
    commands::*,
};

/// A database whose clock shows what one is told to show. Whoever connects with the
/// returned options gets it for PostgreSQL's own.
async fn with_a_clock(cluster: &Cluster) -> PgConnectOptions {
    sqlx::raw_sql(
        "create schema fake;
         create table fake.clock (ahead interval not null);
         insert into fake.clock values ('0');
         create function fake.clock_timestamp() returns timestamptz language sql volatile as
             'select pg_catalog.clock_timestamp() + ahead from fake.clock';",
    )
    .execute(cluster.database.pool())
    .await
    .unwrap();
    let path = [("search_path", "fake,public,pg_catalog")];
    cluster.database.options().options(path)
}

async fn jump(cluster: &Cluster, ahead: &str) {
    sqlx::query("update fake.clock set ahead = $1::text::interval")
        .bind(ahead)
        .execute(cluster.database.pool())
        .await
        .unwrap();
}

async fn node(options: &PgConnectOptions) -> Node {
    let limits = ExecutorLimits::default();
    start(options.clone(), limits, CancellationToken::new()).await
}

/// Waits until a node knows whether the clock is to be believed.
async fn knows(node: &Node, jumped: bool) {
    let mut health = node.log.clock().watch_health();
    let known = health.wait_for(|health| jumped == (*health != ClockHealth::Sound));
    tokio::time::timeout(DEADLINE, known)
        .await
        .unwrap()
        .unwrap();
}

const fn has_expired(event: &ResourceDayEvent) -> bool {
    matches!(event, ResourceDayEvent::HoldExpired(_))
}

/// How many events say that they are of a later time than it is, by more than a minute.
const OF_THE_FUTURE: &str = "select count(*) from events
    where recorded_at > pg_catalog.clock_timestamp() + interval '1 minute'";

#[tokio::test]
async fn a_clock_that_jumps_a_day_ahead_and_back_ends_no_hold_early_and_none_late() {
    let cluster = Cluster::new().await;
    let node = node(&with_a_clock(&cluster).await).await;
    node.accepted(put_with_lease(STUDIO, 600_000)).await;
    node.accepted(put_with_lease("studio-b", LEASE_SHORTEST_MS))
        .await;
    let long = held(node.accepted(beat(STUDIO, A, span("02T10:00", 60))).await);

    jump(&cluster, "1 day").await;
    knows(&node, true).await;
    // Leases go on by what elapses.
    node.accepted(beat("studio-b", A, span("02T10:00", 60)))
        .await;
    node.event_of("studio-b", has_expired).await;
    node.accepted(renew(&long)).await;
    node.accepted(book(STUDIO, B, span("02T14:00", 60))).await;
    assert_eq!(cluster.events("HoldExpired").await, 1);
    assert_eq!(cluster.count(OF_THE_FUTURE).await, 0);

    jump(&cluster, "0").await;
    knows(&node, false).await;
    node.accepted(book(STUDIO, B, span("02T16:00", 60))).await;
    assert_eq!(cluster.count(OF_THE_FUTURE).await, 0);
    cluster.audit().await;
}

#[tokio::test]
async fn a_partition_that_is_a_day_ahead_goes_on_and_its_holds_end() {
    let cluster = Cluster::new().await;
    let options = with_a_clock(&cluster).await;
    // A node that starts with the wrong time can't know it.
    jump(&cluster, "1 day").await;
    let wrong = node(&options).await;
    wrong
        .accepted(put_with_lease(STUDIO, LEASE_SHORTEST_MS))
        .await;
    wrong.accepted(beat(STUDIO, A, span("02T10:00", 60))).await;
    wrong.stop().await;
    wrong.log.close().await;
    jump(&cluster, "0").await;

    let node = node(&options).await;
    node.event_of(STUDIO, has_expired).await;
    node.accepted(beat(STUDIO, B, span("02T10:00", 60))).await;
    cluster.audit().await;
}
