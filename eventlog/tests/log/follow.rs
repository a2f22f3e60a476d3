//! Followers get every event once and in order, live.

use std::sync::Arc;

use domain::ids::ResourceId;
use eventlog::{FeedItem, Follower, Log, Position, testing::TestDatabase};

use crate::support::{append, append_at, node, resource, soon};

/// The positions that the follower delivers next, up to `last`.
async fn positions(follower: &mut Follower, last: u64) -> Vec<u64> {
    let mut positions = Vec::new();
    while positions.last().is_none_or(|position| *position < last) {
        match soon(follower.next()).await.unwrap() {
            FeedItem::Events(events) => {
                positions.extend(events.iter().map(|event| event.position.get()));
            }
            FeedItem::Reset => panic!("the history did not change"),
        }
    }
    assert_eq!(follower.position(), Position::new(last));
    positions
}

fn follow(log: &Log, resource: &ResourceId, after: u64) -> Follower {
    log.follow(log.partition_of(resource), Position::new(after))
}

#[tokio::test]
async fn own_appends_are_delivered_from_memory() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let mut follower = follow(&log, &studio, 0);
    append(&log, &studio, 1, 2).await;
    assert_eq!(positions(&mut follower, 2).await, [1, 2]);
    let commit = append(&log, &studio, 3, 2).await;
    let FeedItem::Events(events) = soon(follower.next()).await.unwrap() else {
        panic!("the history did not change");
    };
    assert!(
        Arc::ptr_eq(&events, &commit.events),
        "read again from the log"
    );
}

#[tokio::test]
async fn a_follower_starts_where_it_is_told_to() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    append(&log, &studio, 1, 5).await;
    let mut follower = follow(&log, &studio, 3);
    assert_eq!(positions(&mut follower, 5).await, [4, 5]);
}

#[tokio::test]
async fn another_nodes_appends_are_delivered_once_and_in_order() {
    let database = TestDatabase::new().await;
    let (here, there) = (node(&database).await, node(&database).await);
    let studio = resource("studio-a");
    let mut follower = follow(&here, &studio, 0);
    for round in 0..10 {
        append(&there, &studio, round * 4 + 1, 2).await;
        append(&here, &studio, round * 4 + 3, 2).await;
    }
    assert_eq!(
        positions(&mut follower, 40).await,
        (1..=40).collect::<Vec<_>>()
    );
    append(&there, &studio, 41, 1).await;
    assert_eq!(positions(&mut follower, 41).await, [41]);
}

#[tokio::test]
async fn an_append_whose_notification_was_lost_is_delivered_by_the_poll() {
    let database = TestDatabase::new().await;
    let (here, there) = (node(&database).await, node(&database).await);
    let studio = resource("studio-a");
    let mut follower = follow(&here, &studio, 0);
    append(&here, &studio, 1, 1).await;
    assert_eq!(positions(&mut follower, 1).await, [1]);
    // It appends still, and tells nobody.
    there.close().await;
    append(&there, &studio, 2, 2).await;
    assert_eq!(positions(&mut follower, 3).await, [2, 3]);
}

#[tokio::test]
async fn a_follower_goes_on_when_all_connections_are_lost() {
    let database = TestDatabase::new().await;
    let (here, there) = (node(&database).await, node(&database).await);
    let studio = resource("studio-a");
    let mut follower = follow(&here, &studio, 0);
    let first = append(&there, &studio, 1, 1).await;
    assert_eq!(positions(&mut follower, 1).await, [1]);
    sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
        .execute(database.pool())
        .await
        .unwrap();
    append_at(&there, first.head, &studio, 2, 2).await;
    // A read on a connection that was just lost fails; asking again tries again.
    let mut next = soon(follower.next()).await;
    while next.is_err() {
        next = soon(follower.next()).await;
    }
    let Ok(FeedItem::Events(events)) = next else {
        panic!("{next:?}");
    };
    assert_eq!(events[0].position, Position::new(2));
    assert_eq!(follower.position(), Position::new(3));
}

#[tokio::test]
async fn a_follower_that_is_far_behind_reads_the_log() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let mut follower = follow(&log, &studio, 0);
    append(&log, &studio, 1, 1).await;
    assert_eq!(positions(&mut follower, 1).await, [1]);
    // More commits than are kept in memory for it.
    for sequence in 2..=200 {
        append(&log, &studio, sequence, 1).await;
    }
    assert_eq!(
        positions(&mut follower, 200).await,
        (2..=200).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_cancelled_wait_loses_nothing() {
    let database = TestDatabase::new().await;
    let (here, there) = (node(&database).await, node(&database).await);
    let studio = resource("studio-a");
    let mut follower = follow(&here, &studio, 0);
    let mut seen = Vec::new();
    let writer = tokio::spawn({
        let studio = studio.clone();
        async move {
            for sequence in 1..=20 {
                let log = if sequence % 2 == 0 { &here } else { &there };
                append(log, &studio, sequence, 1).await;
            }
        }
    });
    while seen.len() < 20 {
        tokio::select! {
            biased;
            item = follower.next() => match item.unwrap() {
                FeedItem::Events(events) => seen.extend(events.iter().map(|event| event.position.get())),
                FeedItem::Reset => panic!("the history did not change"),
            },
            () = tokio::task::yield_now() => {}
        }
    }
    soon(writer).await.unwrap();
    assert_eq!(seen, (1..=20).collect::<Vec<_>>());
}
