//! One node does a partition's duty, and another takes over when it dies.

use std::time::Duration;

use domain::partition::Partition;
use eventlog::{
    Duty, LeaseSettings, Leases, Log, Post,
    testing::{Proxy, TestDatabase},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::{PARTITIONS, node, settings, soon};

fn short() -> LeaseSettings {
    LeaseSettings {
        duration: Duration::from_millis(600),
        renew_every: Duration::from_millis(100),
        ..LeaseSettings::default()
    }
}

pub(crate) fn start(log: &Log, node: u128, shutdown: &CancellationToken) -> Leases {
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

/// A clock that is set back by some milliseconds makes a lease that was just given end
/// later than any that could be given now; its node believes in it.
#[tokio::test]
async fn a_lease_is_kept_though_the_clock_was_set_back_a_little() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let (kept, free) = (Partition::new(0), Partition::new(1));
    for (partition, set_back_ms) in [(kept, 900), (free, 60_000)] {
        sqlx::query(
            "insert into leases (partition, duty, node, expires_at)
             values ($1, 'expiry', $2, clock_timestamp() + interval '1 hour'
                 + $3 * interval '1 millisecond')",
        )
        .bind(i16::try_from(partition.get()).unwrap())
        .bind(Uuid::from_u128(1))
        .bind(f64::from(set_back_ms))
        .execute(database.pool())
        .await
        .unwrap();
    }
    let running = CancellationToken::new();
    let leases = Leases::start(&log, Uuid::from_u128(2), long(), running.clone());
    // All that is free is taken by one statement.
    soon(leases.acquired(Duty::Expiry, free)).await;
    assert!(leases.holds(Duty::Projection, kept));
    assert!(!leases.holds(Duty::Expiry, kept));
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
    let second = Leases::start(&two, Uuid::from_u128(2), long(), running.clone());
    all_acquired(&second).await;
}

#[tokio::test]
async fn a_clean_shutdown_gives_duties_back_at_once() {
    let database = TestDatabase::new().await;
    let (one, two) = (node(&database).await, node(&database).await);
    let (stopping, running) = (CancellationToken::new(), CancellationToken::new());
    let first = Leases::start(&one, Uuid::from_u128(1), long(), stopping.clone());
    all_acquired(&first).await;
    let second = Leases::start(&two, Uuid::from_u128(2), long(), running.clone());
    stopping.cancel();
    soon(first.lost(Duty::Projection, Partition::new(1))).await;
    all_acquired(&second).await;
}

/// What a clock that ran a day ahead left behind.
#[tokio::test]
async fn a_lease_that_is_dated_further_ahead_than_any_can_be_counts_as_free() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    for (duty, partition) in duties() {
        sqlx::query("insert into leases values ($1, $2, $3, clock_timestamp() + interval '1 day')")
            .bind(i16::try_from(partition.get()).unwrap())
            .bind(duty.name())
            .bind(Uuid::from_u128(7))
            .execute(database.pool())
            .await
            .unwrap();
    }
    all_acquired(&start(&log, 1, &CancellationToken::new())).await;
}

const PLACE: (Duty, Partition) = (Duty::Projection, Partition::new(2));

/// Two nodes. The first has the duty of [`PLACE`] and a worker for it.
struct Two {
    _database: TestDatabase,
    _logs: [Log; 2],
    worker: Post,
    others: Leases,
    _running: CancellationToken,
}

impl Two {
    async fn with(first: LeaseSettings) -> Self {
        let database = TestDatabase::new().await;
        let (one, two) = (node(&database).await, node(&database).await);
        let running = CancellationToken::new();
        let leases = Leases::start(&one, Uuid::from_u128(1), first, running.clone());
        let worker = leases.post(PLACE.0, PLACE.1);
        soon(worker.acquired()).await;
        Self {
            others: start(&two, 2, &running),
            worker,
            _logs: [one, two],
            _database: database,
            _running: running,
        }
    }

    async fn other_has_it(&self) {
        soon(self.others.acquired(PLACE.0, PLACE.1)).await;
    }
}

#[tokio::test]
async fn a_worker_that_fails_again_and_again_leaves_its_duty_to_another_node() {
    let nodes = Two::with(short()).await;
    assert!(!nodes.worker.failed() && nodes.worker.holds());
    assert!(!nodes.worker.failed() && nodes.worker.holds());
    nodes.worker.worked();
    assert!(!nodes.worker.failed() && !nodes.worker.failed());
    assert!(nodes.worker.failed(), "the third in a row");
    soon(nodes.worker.lost()).await;
    nodes.other_has_it().await;
    assert!(!nodes.worker.holds(), "two nodes had one duty");
}

#[tokio::test]
async fn the_duty_of_a_worker_that_panicked_goes_to_another_node() {
    let Two {
        worker,
        others,
        _logs,
        _database,
        _running,
    } = Two::with(short()).await;
    let working = tokio::spawn(async move {
        worker.worked();
        panic!("on purpose");
    });
    working.await.unwrap_err();
    soon(others.acquired(PLACE.0, PLACE.1)).await;
}

#[tokio::test]
async fn the_duty_of_a_worker_that_is_stuck_goes_to_another_node() {
    let nodes = Two::with(LeaseSettings {
        silence_max: Duration::from_millis(300),
        ..short()
    })
    .await;
    nodes.other_has_it().await;
    assert!(!nodes.worker.holds(), "two nodes had one duty");
}

#[tokio::test]
async fn a_worker_that_waits_for_work_keeps_its_duty() {
    let nodes = Two::with(short()).await;
    // Longer than a lease.
    let nothing = std::future::pending::<()>();
    let waited = tokio::time::timeout(short().duration * 4, nodes.worker.idle(nothing));
    tokio::select! {
        _ = waited => {}
        () = nodes.others.acquired(PLACE.0, PLACE.1) => panic!("another node has the duty"),
    }
    assert!(nodes.worker.holds());
}
