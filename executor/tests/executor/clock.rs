//! The database's clock jumps a day ahead, and back.

use std::time::Duration;

use domain::{
    calendar::{SlotCount, Span, Timestamp},
    resource::LEASE_SHORTEST_MS,
    resource_day::ResourceDayEvent,
};
use eventlog::{ClockHealth, LogError};
use executor::{ExecutorLimits, Failure};
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

/// A quarter of an hour that begins within the next half hour.
fn soon(node: &Node) -> Span {
    const QUARTER_MS: i64 = 900_000;
    let quarter = node.log.clock().now().ms() / QUARTER_MS;
    let start = Timestamp::from_ms((quarter + 2) * QUARTER_MS).unwrap();
    Span::new(start, SlotCount::from_minutes(15).unwrap()).unwrap()
}

async fn stop(node: &Node) {
    node.stop().await;
    node.log.close().await;
}

#[tokio::test]
async fn a_node_that_starts_beside_a_wrong_clock_goes_by_the_log_and_its_machine() {
    let cluster = Cluster::new().await;
    let options = with_a_clock(&cluster).await;
    let before = node(&options).await;
    before.accepted(put_with_lease(STUDIO, 600_000)).await;
    stop(&before).await;

    jump(&cluster, "1 day").await;
    let node = node(&options).await;
    assert!(matches!(
        node.log.clock().health(),
        ClockHealth::Jumped { by_ms } if by_ms > 86_000_000
    ));
    let hold = held(node.accepted(beat(STUDIO, A, span("02T10:00", 60))).await);
    node.accepted(book(STUDIO, B, soon(&node))).await;
    assert_eq!(cluster.count(OF_THE_FUTURE).await, 0);

    jump(&cluster, "0").await;
    knows(&node, false).await;
    node.accepted(renew(&hold)).await;
    assert_eq!(cluster.count(OF_THE_FUTURE).await, 0);
    cluster.audit().await;
}

#[tokio::test]
async fn a_node_that_can_not_know_the_time_decides_nothing_until_it_does() {
    let cluster = Cluster::new().await;
    let options = with_a_clock(&cluster).await;
    let before = node(&options).await;
    before.accepted(put(STUDIO)).await;
    stop(&before).await;
    sqlx::query("update heads set last_at = last_at - interval '1 hour'")
        .execute(cluster.database.pool())
        .await
        .unwrap();

    jump(&cluster, "1 day").await;
    let node = node(&options).await;
    let refused = node.execute(book(STUDIO, A, span("02T10:00", 60))).await;
    let Err(Failure::Unavailable(error)) = refused else {
        panic!("{refused:?}");
    };
    assert!(matches!(*error, LogError::ClockAtOdds { .. }), "{error}");
    assert!(matches!(
        node.log.read_clock().await,
        Err(LogError::ClockAtOdds { .. })
    ));
    assert_eq!(cluster.count("select count(*) from events").await, 1);

    jump(&cluster, "0").await;
    knows(&node, false).await;
    node.accepted(book(STUDIO, A, span("02T10:00", 60))).await;
    assert_eq!(cluster.count(OF_THE_FUTURE).await, 0);
}

#[tokio::test]
async fn what_a_clock_wrote_that_was_ahead_makes_no_start_past_and_no_hold_long() {
    let cluster = Cluster::new().await;
    let options = with_a_clock(&cluster).await;
    // Nothing speaks against the first reading of an empty log.
    jump(&cluster, "1 day").await;
    let wrong = node(&options).await;
    wrong
        .accepted(put_with_lease(STUDIO, LEASE_SHORTEST_MS))
        .await;
    wrong.accepted(put_with_lease("studio-b", 600_000)).await;
    wrong.accepted(beat(STUDIO, A, span("02T10:00", 60))).await;
    let kept = held(
        wrong
            .accepted(beat("studio-b", A, span("02T10:00", 60)))
            .await,
    );
    stop(&wrong).await;
    jump(&cluster, "0").await;

    let node = node(&options).await;
    node.accepted(book(STUDIO, B, soon(&node))).await;
    node.event_of(STUDIO, has_expired).await;
    node.accepted(beat(STUDIO, B, span("02T10:00", 60))).await;
    let renewed = held(node.accepted(renew(&kept)).await);
    let lease = renewed.lease_expires_at.since(node.log.clock().now());
    assert!(lease <= Duration::from_mins(10), "{lease:?}");
    // The rows are in order, and say when they were decided.
    let told = "select count(*) from events
        where recorded_at > pg_catalog.clock_timestamp() + interval '1 hour'
            and (metadata->>'decidedAt')::timestamptz < pg_catalog.clock_timestamp()";
    assert!(cluster.count(told).await >= 6);
    let untold = "select count(*) from events where metadata->>'decidedAt' is null";
    assert_eq!(cluster.count(untold).await, 4);
    cluster.audit().await;
}
