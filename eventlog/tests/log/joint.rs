//! What several partitions of a node append goes together, and each has an end of its own.

use std::{collections::BTreeSet, num::NonZeroU16, pin::pin};

use domain::{ids::ResourceId, partition::Partition};
use eventlog::{
    AppendOutcome, Batch, Head, Log, LogError, LogSettings, Metadata, PreparedBatch, WrappedKey,
    testing::{Cut, Proxy, TestDatabase},
};
use futures::{FutureExt, future::join_all};
use proptest::{collection::vec, prelude::*, sample::subsequence, test_runner::TestRunner};
use sqlx::{Postgres, Transaction, postgres::PgConnectOptions};
use tokio::task::JoinHandle;

use crate::support::{
    PARTITIONS, append, batch, booked, booking, committed, node, resource, settings, soon,
};

/// Stands in the batch whose statement is to be cut.
const MARKER: &[u8] = b"CutHere";

const DAY: &str = "2026-11-24";

type Outcomes = Vec<Result<AppendOutcome, LogError>>;

/// A resource of that partition.
fn resource_in(log: &Log, partition: u16) -> ResourceId {
    let mut names = (0..).map(|number| resource(&format!("studio-{number}")));
    let is_there = |name: &ResourceId| log.partition_of(name) == Partition::new(partition);
    names.find(is_there).unwrap()
}

/// Events and a key for that partition, at its start.
fn first(log: &Log, partition: u16, events: u64) -> Batch {
    let resource = resource_in(log, partition);
    let events = (1..=events).map(|sequence| booked(&resource, DAY, sequence));
    Batch {
        partition: Partition::new(partition),
        expected: Head::START,
        recorded_at: log.clock().now_after(&Head::START),
        events: events.collect(),
        keys: vec![(booking(partition, 1), WrappedKey(vec![1; 72]))],
    }
}

/// The partitions whose append is under way while others come: as many as may be.
const PLUGS: [u16; 2] = [0, 4];

/// Appends that are under way until they are let go.
struct Plugs {
    holder: Transaction<'static, Postgres>,
    appending: Vec<JoinHandle<Result<AppendOutcome, LogError>>>,
}

impl Plugs {
    /// They wait for the keys of their bookings, which somebody else is about to write.
    async fn new(database: &TestDatabase, log: &Log) -> Self {
        let mut holder = database.pool().begin().await.unwrap();
        let mut appending = Vec::new();
        for partition in PLUGS {
            sqlx::query("insert into booking_keys values ($1, $2, '')")
                .bind(i16::try_from(partition).unwrap())
                .bind(booking(partition, 1).uuid())
                .execute(&mut *holder)
                .await
                .unwrap();
            let (log, plug) = (log.clone(), first(log, partition, 1).prepare().unwrap());
            appending.push(tokio::spawn(async move { log.append(&plug).await }));
            soon(waiting(database, appending.len())).await;
        }
        Self { holder, appending }
    }

    async fn let_go(self) {
        self.holder.rollback().await.unwrap();
        for plug in self.appending {
            committed(soon(plug).await.unwrap().unwrap());
        }
    }
}

/// Waits until so many statements wait for a lock.
async fn waiting(database: &TestDatabase, wanted: usize) {
    let waits = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    loop {
        let found: i64 = sqlx::query_scalar(waits)
            .fetch_one(database.pool())
            .await
            .unwrap();
        if found == i64::try_from(wanted).unwrap() {
            return;
        }
    }
}

/// A node of a log with partitions for the plugs too.
async fn joint_node(options: PgConnectOptions) -> Log {
    let settings = LogSettings {
        partitions: NonZeroU16::new(5).unwrap(),
        ..settings()
    };
    let pool = eventlog::pool(options, 8);
    Log::open(pool, settings).await.unwrap()
}

/// Appends what comes while another append is under way, and so goes together.
async fn together(database: &TestDatabase, log: &Log, batches: &[PreparedBatch]) -> Outcomes {
    let plugs = Plugs::new(database, log).await;
    let mut appending = pin!(join_all(batches.iter().map(|batch| log.append(batch))));
    assert!(appending.as_mut().now_or_never().is_none());
    plugs.let_go().await;
    soon(appending).await
}

fn prepared(batches: Vec<Batch>) -> Vec<PreparedBatch> {
    let batches = batches.into_iter().map(Batch::prepare);
    batches.collect::<Result<_, _>>().unwrap()
}

/// By partition, but for those of the plugs: how many events it has, and how many
/// transactions have written to any of them.
async fn written(database: &TestDatabase) -> (Vec<(i16, i64)>, i64) {
    let counts = "select partition, count(*) from events where partition between 1 and 3 group by 1 order by 1";
    let counts = sqlx::query_as(counts).fetch_all(database.pool());
    let commits = "select count(distinct xmin::text) from events where partition between 1 and 3";
    let commits = sqlx::query_scalar(commits).fetch_one(database.pool());
    (counts.await.unwrap(), commits.await.unwrap())
}

async fn has_key(log: &Log, partition: u16) -> bool {
    let key = log.booking_key(booking(partition, 1)).await;
    key.unwrap().is_some()
}

#[tokio::test]
async fn what_is_ready_at_one_time_is_one_commit() {
    let database = TestDatabase::new().await;
    let log = joint_node(database.options()).await;
    // Not in the order of their partitions.
    let batches =
        [(2, 3), (3, 1), (1, 2)].map(|(partition, events)| first(&log, partition, events));
    let batches = prepared(batches.into());
    for (batch, outcome) in batches
        .iter()
        .zip(together(&database, &log, &batches).await)
    {
        let commit = committed(outcome.unwrap());
        let partition = batch.partition();
        assert_eq!(log.head(partition).await.unwrap(), commit.head);
        let tail = log.read_tail(partition, Head::START).await.unwrap();
        assert_eq!(tail.events, commit.events.to_vec());
        assert!(has_key(&log, partition.get()).await);
    }
    assert_eq!(written(&database).await, (vec![(1, 2), (2, 3), (3, 1)], 1));
}

#[tokio::test]
async fn a_partition_that_misses_takes_no_other_with_it() {
    let database = TestDatabase::new().await;
    let log = joint_node(database.options()).await;
    let other = joint_node(database.options()).await;
    let overtaken = resource_in(&log, 2);
    append(&other, &overtaken, 1, 1).await;
    let batches = prepared((1..=3).map(|partition| first(&log, partition, 2)).collect());
    let outcomes = together(&database, &log, &batches).await;
    let [one, Ok(AppendOutcome::Missed), three] = <[_; 3]>::try_from(outcomes).unwrap() else {
        panic!("the head of partition 2 was elsewhere");
    };
    committed(one.unwrap());
    committed(three.unwrap());
    // Two commits: theirs, and the other node's.
    assert_eq!(written(&database).await, (vec![(1, 2), (2, 1), (3, 2)], 2));
    assert!(has_key(&log, 1).await && !has_key(&log, 2).await && has_key(&log, 3).await);
}

#[tokio::test]
async fn a_head_that_somebody_has_locked_holds_up_nobody() {
    let database = TestDatabase::new().await;
    let log = joint_node(database.options()).await;
    let other = joint_node(database.options()).await;
    let locked = other.lock_head(Partition::new(2)).await.unwrap();
    let batches = prepared((1..=3).map(|partition| first(&log, partition, 2)).collect());
    let outcomes = together(&database, &log, &batches).await;
    let [one, Ok(AppendOutcome::Missed), three] = <[_; 3]>::try_from(outcomes).unwrap() else {
        panic!("the head of partition 2 was locked");
    };
    committed(one.unwrap());
    committed(three.unwrap());
    assert_eq!(written(&database).await, (vec![(1, 2), (3, 2)], 1));

    // The second try waits for the lock, and then can't lose.
    let waiting = tokio::spawn({
        let (log, batch) = (log.clone(), batches[1].clone());
        async move {
            let locked = log.lock_head(batch.partition()).await.unwrap();
            locked.append(&batch).await
        }
    });
    drop(locked);
    committed(soon(waiting).await.unwrap().unwrap());
}

#[tokio::test]
async fn what_the_database_refuses_to_one_it_does_not_refuse_to_the_others() {
    let database = TestDatabase::new().await;
    let log = joint_node(database.options()).await;
    let mut wrong = first(&log, 2, 2);
    wrong.events[1].sequence = 1;
    let batches = prepared(vec![first(&log, 1, 2), wrong, first(&log, 3, 2)]);
    let outcomes = together(&database, &log, &batches).await;
    let [one, two, three] = <[_; 3]>::try_from(outcomes).unwrap();
    committed(one.unwrap());
    committed(three.unwrap());
    assert!(
        matches!(two, Err(LogError::WrongExpectedVersion { partition, .. }) if partition.get() == 2),
        "{two:?}"
    );
    assert_eq!(written(&database).await, (vec![(1, 2), (3, 2)], 2));
    assert!(!has_key(&log, 2).await);
}

#[tokio::test]
async fn whoever_goes_before_it_was_sent_writes_nothing() {
    let database = TestDatabase::new().await;
    let log = joint_node(database.options()).await;
    let batches = prepared((1..=3).map(|partition| first(&log, partition, 2)).collect());
    let plugs = Plugs::new(&database, &log).await;
    let mut gone = Box::pin(log.append(&batches[1]));
    assert!(gone.as_mut().now_or_never().is_none());
    drop(gone);
    let staying = join_all([log.append(&batches[0]), log.append(&batches[2])]);
    plugs.let_go().await;
    for outcome in soon(staying).await {
        committed(outcome.unwrap());
    }
    let (counts, _) = written(&database).await;
    assert_eq!(counts, [(1, 2), (3, 2)]);
}

#[tokio::test]
async fn whoever_goes_after_it_was_sent_takes_no_other_with_it() {
    let database = TestDatabase::new().await;
    let log = joint_node(database.options()).await;
    let plugs = Plugs::new(&database, &log).await;
    let batches = prepared((1..=3).map(|partition| first(&log, partition, 2)).collect());
    for plug in &plugs.appending {
        plug.abort();
    }
    let appending = join_all(batches.iter().map(|batch| log.append(batch)));
    let mut appending = pin!(appending);
    assert!(appending.as_mut().now_or_never().is_none());
    plugs.holder.rollback().await.unwrap();
    for outcome in soon(appending).await {
        committed(outcome.unwrap());
    }
    // They were under way, and went on to their end.
    for partition in PLUGS {
        let mut heads = log.watch_head(Partition::new(partition));
        while log
            .head(Partition::new(partition))
            .await
            .unwrap()
            .position
            .get()
            == 0
        {
            soon(heads.changed()).await;
        }
    }
}

#[tokio::test]
async fn more_than_one_statement_should_have_goes_in_several() {
    let database = TestDatabase::new().await;
    let log = joint_node(database.options()).await;
    let batches = prepared(
        (1..=3)
            .map(|partition| first(&log, partition, 1_000))
            .collect(),
    );
    for outcome in together(&database, &log, &batches).await {
        committed(outcome.unwrap());
    }
    assert_eq!(
        written(&database).await,
        (vec![(1, 1_000), (2, 1_000), (3, 1_000)], 2)
    );
}

/// Batches of three partitions, one of them marked, on a node behind a proxy.
async fn behind_a_proxy() -> (TestDatabase, Proxy, Log, Vec<PreparedBatch>) {
    let database = TestDatabase::new().await;
    let proxy = Proxy::new(database.options()).unwrap();
    let log = joint_node(proxy.options()).await;
    let batches = (1..=3).map(|partition| {
        let mut batch = first(&log, partition, 2);
        if partition == 2 {
            batch.events[1].metadata = Metadata {
                causation: "CutHere".into(),
                ..batch.events[1].metadata.clone()
            };
        }
        batch
    });
    let batches = prepared(batches.collect());
    (database, proxy, log, batches)
}

#[tokio::test]
async fn a_joint_append_whose_connection_is_lost_is_settled_by_each() {
    for (cut, commits) in [(Cut::Answer, 1), (Cut::Request, 3)] {
        let (database, proxy, log, batches) = behind_a_proxy().await;
        proxy.cut(MARKER, cut);
        for outcome in together(&database, &log, &batches).await {
            committed(outcome.unwrap());
        }
        assert_eq!(proxy.cuts(), 1);
        assert_eq!(
            written(&database).await,
            (vec![(1, 2), (2, 2), (3, 2)], commits),
            "{cut:?}"
        );
    }
}

#[tokio::test]
async fn of_a_joint_append_whose_end_cannot_be_found_out_nobody_claims_to_know_it() {
    let (database, mut proxy, log, batches) = behind_a_proxy().await;
    let plugs = Plugs::new(&database, &log).await;
    proxy.cut(MARKER, Cut::Answer);
    proxy.close_gate();
    let appending = tokio::spawn({
        let (log, batches) = (log.clone(), batches.clone());
        async move { join_all(batches.iter().map(|batch| log.append(batch))).await }
    });
    plugs.let_go().await;
    soon(proxy.has_cut()).await;
    proxy.stop().await;
    // From here on nothing moves but time.
    tokio::time::pause();
    for outcome in appending.await.unwrap() {
        assert!(
            matches!(outcome, Err(LogError::OutcomeUnknown { .. })),
            "{outcome:?}"
        );
    }
    tokio::time::resume();
    assert_eq!(written(&database).await, (vec![(1, 2), (2, 2), (3, 2)], 1));
}

/// Appends an event to each of these partitions: at the head that was seen last, and
/// where that has missed, under the lock.
async fn append_to_all(log: &Log, seen: &mut [Head], to: &[u16], day: &str, sequence: &mut [u64]) {
    let batches: Vec<PreparedBatch> = to
        .iter()
        .map(|partition| {
            let nth = usize::from(*partition);
            sequence[nth] += 1;
            let event = booked(&resource_in(log, *partition), day, sequence[nth]);
            batch(log, Partition::new(*partition), seen[nth], vec![event])
        })
        .collect();
    let outcomes = join_all(batches.iter().map(|batch| log.append(batch))).await;
    for (partition, outcome) in to.iter().zip(outcomes) {
        let nth = usize::from(*partition);
        let commit = match outcome.unwrap() {
            AppendOutcome::Appended(commit) => commit,
            AppendOutcome::Missed => {
                let locked = log.lock_head(Partition::new(*partition)).await.unwrap();
                let event = booked(&resource_in(log, *partition), day, sequence[nth]);
                let again = Partition::new(*partition);
                let batch = batch(log, again, locked.head(), vec![event]);
                committed(locked.append(&batch).await.unwrap())
            }
        };
        seen[nth] = commit.head;
    }
}

/// Which partitions each of two nodes appends to, time after time.
fn rounds() -> impl Strategy<Value = Vec<(Vec<u16>, Vec<u16>)>> {
    let some = || {
        subsequence(
            (0..PARTITIONS).collect::<Vec<_>>(),
            1..=usize::from(PARTITIONS),
        )
    };
    vec((some().prop_shuffle(), some().prop_shuffle()), 1..12)
}

/// Two nodes append to partitions that both have, in drawn sets and orders: nothing is
/// refused, a deadlock for one, and nothing is lost.
#[test]
fn nodes_whose_partitions_cross_hold_up_neither() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(12));
    let run = runner.run(&rounds(), |rounds| {
        runtime.block_on(soon(cross(rounds)));
        Ok(())
    });
    run.unwrap();
}

async fn cross(rounds: Vec<(Vec<u16>, Vec<u16>)>) {
    let database = TestDatabase::new().await;
    let nodes = [node(&database).await, node(&database).await];
    let mut wanted = vec![0; usize::from(PARTITIONS)];
    for partition in rounds.iter().flat_map(|(one, two)| one.iter().chain(two)) {
        wanted[usize::from(*partition)] += 1;
    }
    let (one, two): (Vec<_>, Vec<_>) = rounds.into_iter().unzip();
    let days = ["2026-11-24", "2026-11-25"];
    let writing = nodes
        .iter()
        .zip([one, two])
        .zip(days)
        .map(|((log, rounds), day)| async move {
            let mut seen = vec![Head::START; usize::from(PARTITIONS)];
            let mut sequence = vec![0; usize::from(PARTITIONS)];
            for to in rounds {
                append_to_all(log, &mut seen, &to, day, &mut sequence).await;
            }
        });
    join_all(writing).await;
    for (partition, wanted) in (0..PARTITIONS).zip(wanted) {
        let tail = nodes[0].read_tail(Partition::new(partition), Head::START);
        let events = tail.await.unwrap().events;
        let positions: BTreeSet<u64> = events.iter().map(|event| event.position.get()).collect();
        assert_eq!(positions, (1..=wanted).collect());
    }
}
