//! Several writers, one order.

use std::collections::HashMap;

use domain::{ids::ResourceId, partition::Partition};
use eventlog::{
    AppendOutcome, FeedItem, Head, Log, Position, RecordedEvent, testing::TestDatabase,
};

use crate::support::{batch, booked, committed, node, resource, soon};

/// Appends `count` events to streams of its own, trying again at the present
/// head until each is in; returns how often it missed.
async fn write(log: Log, resource: ResourceId, day: String, count: u64) -> u64 {
    let partition = log.partition_of(&resource);
    let mut head = Head::START;
    let mut missed = 0;
    for sequence in 1..=count {
        loop {
            let event = vec![booked(&resource, &day, sequence)];
            match log
                .append(&batch(&log, partition, head, event))
                .await
                .unwrap()
            {
                AppendOutcome::Appended(commit) => {
                    head = commit.head;
                    break;
                }
                AppendOutcome::Missed => {
                    missed += 1;
                    head = log.head(partition).await.unwrap();
                }
            }
        }
    }
    missed
}

fn assert_gapless(events: &[RecordedEvent]) {
    let positions: Vec<_> = events.iter().map(|event| event.position.get()).collect();
    assert_eq!(positions, (1..=events.len() as u64).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_writers_at_one_head_one_wins() {
    let database = TestDatabase::new().await;
    let (one, two) = (node(&database).await, node(&database).await);
    let studio = resource("studio-a");
    let partition = one.partition_of(&studio);
    let mut head = Head::START;
    for round in 1..=50 {
        let events = vec![booked(&studio, "2026-11-24", round)];
        let left = batch(&one, partition, head, events.clone());
        let right = batch(&two, partition, head, events);
        let (left, right) = tokio::join!(one.append(&left), two.append(&right));
        head = match (left.unwrap(), right.unwrap()) {
            (AppendOutcome::Appended(commit), AppendOutcome::Missed)
            | (AppendOutcome::Missed, AppendOutcome::Appended(commit)) => commit.head,
            other => panic!("round {round}: {other:?}"),
        };
    }
    let tail = one.read_tail(partition, Head::START).await.unwrap();
    assert_eq!(tail.events.len(), 50);
    assert_gapless(&tail.events);
}

/// Follows a partition until it has delivered `count` events.
async fn follow(log: Log, partition: Partition, count: usize) -> Vec<RecordedEvent> {
    let mut follower = log.follow(partition, Position::START);
    let mut seen = Vec::new();
    while seen.len() < count {
        match follower.next().await.unwrap() {
            FeedItem::Events(events) => seen.extend(events.iter().cloned()),
            FeedItem::Reset => panic!("the history did not change"),
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_beside_sixteen_writers_misses_nothing() {
    const WRITERS: usize = 16;
    const EVENTS: u64 = 25;
    let database = TestDatabase::new().await;
    let nodes = [node(&database).await, node(&database).await];
    let reader = node(&database).await;

    let mut expected: HashMap<Partition, usize> = HashMap::new();
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let resource = resource(&format!("studio-{}", writer % 8));
        *expected.entry(reader.partition_of(&resource)).or_default() +=
            usize::try_from(EVENTS).unwrap();
        let day = format!("2026-11-{:02}", writer + 1);
        writers.push(tokio::spawn(write(
            nodes[writer % 2].clone(),
            resource,
            day,
            EVENTS,
        )));
    }
    let readers: Vec<_> = expected
        .iter()
        .map(|(partition, count)| tokio::spawn(follow(reader.clone(), *partition, *count)))
        .collect();
    let mut missed = 0;
    for writer in writers {
        missed += soon(writer).await.unwrap();
    }
    assert!(missed > 0, "the writers never met");
    let mut read = 0;
    for reader in readers {
        let seen = soon(reader).await.unwrap();
        assert_gapless(&seen);
        read += seen.len();
    }
    assert_eq!(read, WRITERS * 25);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_try_under_the_heads_lock_never_misses() {
    let database = TestDatabase::new().await;
    let studio = resource("studio-a");
    let mut writers = Vec::new();
    for day in 1..=4 {
        let log = node(&database).await;
        let studio = studio.clone();
        writers.push(tokio::spawn(async move {
            let partition = log.partition_of(&studio);
            let mut seen = Head::START;
            for sequence in 1..=10 {
                let mut locked = log.lock_head(partition).await.unwrap();
                let tail = locked.read_tail(seen).await.unwrap();
                assert_eq!(tail.head, locked.head());
                let event = vec![booked(&studio, &format!("2026-11-0{day}"), sequence)];
                let batch = batch(&log, partition, tail.head, event);
                seen = committed(locked.append(&batch).await.unwrap()).head;
            }
        }));
    }
    for writer in writers {
        soon(writer).await.unwrap();
    }
    let log = node(&database).await;
    let tail = log
        .read_tail(log.partition_of(&studio), Head::START)
        .await
        .unwrap();
    assert_eq!(tail.events.len(), 40);
    assert_gapless(&tail.events);
}

#[tokio::test]
async fn a_lock_that_is_dropped_lets_others_append() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let locked = log.lock_head(log.partition_of(&studio)).await.unwrap();
    let other = log.clone();
    let waiting = tokio::spawn(async move { write(other, studio, "2026-11-24".into(), 1).await });
    drop(locked);
    soon(waiting).await.unwrap();
}

#[tokio::test]
async fn a_batch_for_another_head_misses_under_the_lock_too() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let partition = log.partition_of(&studio);
    let head = crate::support::append(&log, &studio, 1, 1).await.head;
    let stale = batch(
        &log,
        partition,
        Head::START,
        vec![booked(&studio, "2026-11-24", 2)],
    );
    let locked = log.lock_head(partition).await.unwrap();
    assert!(matches!(
        locked.append(&stale).await.unwrap(),
        AppendOutcome::Missed
    ));
    assert_eq!(log.head(partition).await.unwrap(), head);
}
