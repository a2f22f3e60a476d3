//! One statement appends a batch, all or none, or says that the head is elsewhere.

use std::sync::Arc;

use domain::stream::StreamId;
use eventlog::{
    AppendOutcome, Batch, Head, LogError, PAGE_EVENTS_MAX, Position, WrappedKey,
    read_streams_after, testing::TestDatabase,
};

use crate::support::{append, at, batch, booked, booking, committed, node, resource};

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
    let recorded = [first.events.as_ref(), &second.events].concat();
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
    let event = |sequence| vec![booked(&studio, "2026-11-24", sequence)];
    let stale = batch(&log, partition, Head::START, event(1));
    let head = append(&log, &studio, 1, 1).await.head;

    let missed = log.append(&stale).await.unwrap();
    assert!(matches!(missed, AppendOutcome::Missed));
    assert_eq!(log.head(partition).await.unwrap(), head);

    // The position alone is not enough: another history may have it too.
    let undone = Head {
        tip: eventlog::Tip(head.tip.0 ^ 1),
        ..head
    };
    let missed = log.append(&batch(&log, partition, undone, event(2))).await;
    assert!(matches!(missed.unwrap(), AppendOutcome::Missed));

    committed(
        log.append(&batch(&log, partition, head, event(2)))
            .await
            .unwrap(),
    );
}

#[tokio::test]
async fn a_wrong_expected_version_is_told_by_its_constraint_and_writes_nothing() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let partition = log.partition_of(&studio);
    let head = append(&log, &studio, 1, 2).await.head;

    let events = vec![
        booked(&studio, "2026-11-25", 1),
        booked(&studio, "2026-11-24", 2),
    ];
    let mut wrong = Batch {
        partition,
        expected: head,
        recorded_at: head.last_at,
        events,
        keys: vec![(booking(partition.get(), 1), WrappedKey(vec![1; 72]))],
    };
    let refused = log.append(&wrong.clone().prepare().unwrap()).await;
    assert!(matches!(
        refused,
        Err(LogError::WrongExpectedVersion { .. })
    ));
    let tail = log.read_tail(partition, head).await.unwrap();
    assert_eq!((tail.head, tail.events.len()), (head, 0));
    assert_eq!(
        log.booking_key(booking(partition.get(), 1)).await.unwrap(),
        None
    );

    // A key that is there already is no conflict of versions.
    wrong.events.truncate(1);
    let head = committed(log.append(&wrong.clone().prepare().unwrap()).await.unwrap()).head;
    wrong.expected = head;
    wrong.events[0].sequence = 2;
    let refused = log.append(&wrong.prepare().unwrap()).await;
    assert!(matches!(refused, Err(LogError::Database { .. })));
    assert_eq!(log.head(partition).await.unwrap(), head);
}

#[tokio::test]
async fn a_batch_without_events_is_refused() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let empty = Batch {
        partition: log.partition_of(&resource("studio-a")),
        expected: Head::START,
        recorded_at: at(0),
        events: Vec::new(),
        keys: Vec::new(),
    };
    assert!(matches!(empty.prepare(), Err(LogError::Corrupt { .. })));
}

#[tokio::test]
async fn recorded_time_never_decreases_though_the_clock_is_set_back() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let partition = log.partition_of(&studio);
    let mut head = Head::START;
    for (sequence, clock_ms, recorded_ms) in [
        (1, 90_000_000, 90_000_000),
        (2, 1_000, 90_000_000),
        (3, 90_000_001, 90_000_001),
    ] {
        let batch = Batch {
            partition,
            expected: head,
            recorded_at: at(clock_ms),
            events: vec![booked(&studio, "2026-11-24", sequence)],
            keys: Vec::new(),
        };
        let commit = committed(log.append(&batch.prepare().unwrap()).await.unwrap());
        assert_eq!(commit.events[0].recorded_at, at(recorded_ms));
        assert_eq!(log.head(partition).await.unwrap(), commit.head);
        head = commit.head;
    }
}

#[tokio::test]
async fn the_clock_is_the_databases() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let before = log.read_clock().await.unwrap();
    let now = log.clock().now();
    let after = log.read_clock().await.unwrap();
    assert!(before <= now && now <= after, "{before} {now} {after}");
}

#[tokio::test]
async fn a_long_tail_is_read_in_pages_that_end_with_an_append() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let partition = log.partition_of(&studio);
    let half = u64::from(PAGE_EVENTS_MAX) / 2 + 1;
    let first = append(&log, &studio, 1, half).await;
    let second = append(&log, &studio, half + 1, half).await;

    let page = log.read_tail(partition, Head::START).await.unwrap();
    assert!(page.more);
    assert_eq!(page.head, first.head);
    assert_eq!(page.events, first.events.to_vec());
    let rest = log.read_tail(partition, page.head).await.unwrap();
    assert!(!rest.more);
    assert_eq!(rest.head, second.head);
    assert_eq!(rest.events, second.events.to_vec());
}

#[tokio::test]
async fn a_stream_longer_than_a_page_is_read_whole_and_from_any_event_on() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let partition = log.partition_of(&studio);
    let count = u64::from(PAGE_EVENTS_MAX) * 2 + 1;
    let whole = append(&log, &studio, 1, count).await;
    let day = whole.events[0].stream.clone();
    let nobody = StreamId::Resource(studio.clone());
    let streams = [day.clone(), nobody.clone()];
    let read = log.read_streams(partition, &streams).await.unwrap();
    assert_eq!(read[0].events, whole.events.to_vec());
    assert_eq!(read[1].events, []);
    assert!(!read[0].more && !read[1].more);

    let mut connection = log.pool().acquire().await.unwrap();
    let wanted = [(nobody, 0), (day, count - 3)];
    let read = read_streams_after(&mut connection, partition, &wanted).await;
    let read = read.unwrap();
    assert_eq!(read[1].events, whole.events[whole.events.len() - 3..]);
    assert!(!read[1].more);
}

#[tokio::test]
async fn an_append_larger_than_a_page_is_read_whole() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let partition = log.partition_of(&studio);
    let large = append(&log, &studio, 1, u64::from(PAGE_EVENTS_MAX) + 1).await;
    let first = log.read_tail(partition, Head::START).await.unwrap();
    assert!(first.more);
    let second = log.read_tail(partition, first.head).await.unwrap();
    assert!(!second.more);
    assert_eq!(
        [first.events, second.events].concat(),
        large.events.to_vec()
    );
}

#[tokio::test]
async fn nodes_that_open_an_empty_database_at_once_make_one_log() {
    let database = Arc::new(TestDatabase::new().await);
    let opening = (0..8).map(|_| {
        let database = Arc::clone(&database);
        tokio::spawn(async move { node(&database).await.epoch() })
    });
    let mut epochs = Vec::new();
    for opened in opening.collect::<Vec<_>>() {
        epochs.push(opened.await.unwrap());
    }
    assert!(
        epochs.windows(2).all(|pair| pair[0] == pair[1]),
        "{epochs:?}"
    );
}
