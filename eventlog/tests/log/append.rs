//! One statement appends a batch, all or none, or says that the head is elsewhere.

use crate::support::{append, batch, booked, committed, node, resource};
use domain::stream::StreamId;
use eventlog::{AppendOutcome, Head, Position, testing::TestDatabase};

#[tokio::test]
async fn what_is_appended_is_read_back_as_it_was_recorded() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let partition = log.partition_of(&studio);

    let first = append(&log, &studio, 1, 3).await;
    let second = append(&log, &studio, 4, 2).await;
    assert_eq!(first.head.position, Position::new(3));
    assert_eq!(second.head.position, Position::new(5));

    let tail = log.read_tail(partition, Head::START).await.unwrap();
    let recorded: Vec<_> = first
        .events
        .iter()
        .chain(second.events.iter())
        .cloned()
        .collect();
    assert_eq!(tail.events, recorded);
    assert_eq!(tail.head, second.head);
    assert!(!tail.more);

    let day = recorded[0].stream.clone();
    let nobody = StreamId::Resource(studio.clone());
    let streams = log.read_streams(partition, &[nobody, day]).await.unwrap();
    assert_eq!(streams[0].events, []);
    assert_eq!(streams[1].events, recorded);
}

#[tokio::test]
async fn a_batch_for_another_head_misses_and_writes_nothing() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let partition = log.partition_of(&studio);
    let stale = batch(
        &log,
        partition,
        Head::START,
        vec![booked(&studio, "2026-11-24", 1)],
    );
    let head = append(&log, &studio, 1, 1).await.head;

    assert!(matches!(
        log.append(&stale).await.unwrap(),
        AppendOutcome::Missed
    ));
    assert_eq!(log.head(partition).await.unwrap(), head);

    let again = batch(
        &log,
        partition,
        head,
        vec![booked(&studio, "2026-11-24", 2)],
    );
    committed(log.append(&again).await.unwrap());
}
