//! One node does a partition's duty, and another takes over when it dies.

use std::time::Duration;

use domain::partition::Partition;
use eventlog::{
    Duty, LeaseSettings, Leases, Log,
    testing::{Proxy, TestDatabase},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::{PARTITIONS, node, settings, soon};

fn short() -> LeaseSettings {
    LeaseSettings {
        duration: Duration::from_millis(600),
        renew_every: Duration::from_millis(100),
    }
}

fn start(log: &Log, node: u128, shutdown: &CancellationToken) -> Leases {
    Leases::start(log, Uuid::from_u128(node), short(), shutdown.clone())
}

fn duties() -> impl Iterator<Item = (Duty, Partition)> {
    (0..PARTITIONS).flat_map(|number| Duty::ALL.map(|duty| (duty, Partition::new(number))))
}

async fn all_acquired(leases: &Leases) {
    for (duty, partition) in duties() {
        soon(leases.acquired(duty, partition)).await;
    }
}

#[tokio::test]
async fn one_node_has_all_duties_and_keeps_them() {
    let database = TestDatabase::new().await;
    let (one, two) = (node(&database).await, node(&database).await);
    let running = CancellationToken::new();
    let first = start(&one, 1, &running);
    all_acquired(&first).await;
    let second = start(&two, 2, &running);
    let partition = Partition::new(0);
    // Longer than a lease: renewals keep it.
    let taken = second.acquired(Duty::Expiry, partition);
    let waited = tokio::time::timeout(short().duration * 3, taken).await;
    assert!(waited.is_err(), "two nodes had one duty");
    for (duty, partition) in duties() {
        assert!(first.holds(duty, partition) && !second.holds(duty, partition));
    }
}

#[tokio::test]
async fn a_dead_nodes_duties_go_to_another_after_it_has_stopped_believing_in_them() {
    let database = TestDatabase::new().await;
    let mut proxy = Proxy::new(database.options()).unwrap();
    let one = Log::open(eventlog::pool(proxy.options(), 2), settings())
        .await
        .unwrap();
    let two = node(&database).await;
    let running = CancellationToken::new();
    let first = start(&one, 1, &running);
    all_acquired(&first).await;
    let second = start(&two, 2, &running);
    // It can't renew any more, and is not told.
    proxy.stop().await;
    for (duty, partition) in duties() {
        soon(second.acquired(duty, partition)).await;
        assert!(!first.holds(duty, partition), "two nodes had one duty");
        soon(first.lost(duty, partition)).await;
    }
}

/// Of leases that outlast the test unless they are given back.
fn long() -> LeaseSettings {
    LeaseSettings {
        duration: Duration::from_hours(1),
        ..short()
    }
}

#[tokio::test]
async fn a_log_that_is_closed_gives_duties_back() {
    let database = TestDatabase::new().await;
    let (one, two) = (node(&database).await, node(&database).await);
    let running = CancellationToken::new();
    let first = Leases::start(&one, Uuid::from_u128(1), long(), running.clone());
    all_acquired(&first).await;
    one.close().await;
    soon(first.lost(Duty::Expiry, Partition::new(0))).await;
    all_acquired(&start(&two, 2, &running)).await;
}

#[tokio::test]
async fn a_clean_shutdown_gives_duties_back_at_once() {
    let database = TestDatabase::new().await;
    let (one, two) = (node(&database).await, node(&database).await);
    let (stopping, running) = (CancellationToken::new(), CancellationToken::new());
    let first = Leases::start(&one, Uuid::from_u128(1), long(), stopping.clone());
    all_acquired(&first).await;
    let second = start(&two, 2, &running);
    stopping.cancel();
    soon(first.lost(Duty::Projection, Partition::new(1))).await;
    all_acquired(&second).await;
}
