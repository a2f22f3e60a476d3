//! A log that was restored to an earlier state is noticed.

use eventlog::{AppendOutcome, Commit, FeedItem, Head, Log, LogError, testing::TestDatabase};

use crate::support::{append, batch, booked, node, resource, soon};

/// Puts the partition back to where `commit` left it.
async fn restore(database: &TestDatabase, commit: &Commit) {
    let head = commit.head;
    let mut transaction = database.pool().begin().await.unwrap();
    sqlx::query("delete from events where position > $1")
        .bind(head.position.get().cast_signed())
        .execute(&mut *transaction)
        .await
        .unwrap();
    sqlx::query("update heads set position = $1, tip = $2 where position > $1")
        .bind(head.position.get().cast_signed())
        .bind(head.tip.0)
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

async fn assert_changed(log: &Log, seen: Head) {
    let partition = log.partition_of(&resource("studio-a"));
    let tail = log.read_tail(partition, seen).await;
    assert!(
        matches!(tail, Err(LogError::HistoryChanged { .. })),
        "{tail:?}"
    );
}

#[tokio::test]
async fn a_head_below_what_was_seen_is_another_history() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let kept = append(&log, &studio, 1, 2).await;
    let undone = append(&log, &studio, 3, 2).await;
    restore(&database, &kept).await;

    assert_changed(&log, undone.head).await;
    let stale = vec![booked(&studio, "2026-11-24", 5)];
    let stale = batch(&log, log.partition_of(&studio), undone.head, stale);
    assert!(matches!(
        log.append(&stale).await.unwrap(),
        AppendOutcome::Missed
    ));
    let read = log
        .read_partition(log.partition_of(&studio), undone.head.position)
        .await;
    assert!(
        matches!(read, Err(LogError::HistoryChanged { .. })),
        "{read:?}"
    );
}

#[tokio::test]
async fn another_event_at_the_seen_position_is_another_history() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let kept = append(&log, &studio, 1, 2).await;
    let undone = append(&log, &studio, 3, 2).await;
    restore(&database, &kept).await;
    append(&log, &studio, 3, 2).await;
    assert_changed(&log, undone.head).await;
    append(&log, &studio, 5, 2).await;
    assert_changed(&log, undone.head).await;

    let tail = log
        .read_tail(log.partition_of(&studio), kept.head)
        .await
        .unwrap();
    assert_eq!(tail.events.len(), 4);
}

#[tokio::test]
async fn a_follower_of_an_undone_history_is_reset() {
    for appended_after in [0, 1, 2, 3] {
        let database = TestDatabase::new().await;
        let (log, other) = (node(&database).await, node(&database).await);
        let studio = resource("studio-a");
        let kept = append(&log, &studio, 1, 2).await;
        let mut follower = log.follow(log.partition_of(&studio), eventlog::Position::START);
        soon(follower.next()).await.unwrap();
        append(&log, &studio, 3, 2).await;
        soon(follower.next()).await.unwrap();
        restore(&database, &kept).await;
        if appended_after > 0 {
            append(&other, &studio, 3, appended_after).await;
        }
        let item = soon(follower.next()).await.unwrap();
        assert!(
            matches!(item, FeedItem::Reset),
            "{appended_after}: {item:?}"
        );
        // There is no way on from here.
        assert!(matches!(
            soon(follower.next()).await.unwrap(),
            FeedItem::Reset
        ));
    }
}

#[tokio::test]
async fn a_follower_is_reset_when_its_own_node_appends_to_the_restored_log() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let kept = append(&log, &studio, 1, 2).await;
    append(&log, &studio, 3, 2).await;
    let mut follower = log.follow(log.partition_of(&studio), eventlog::Position::START);
    soon(follower.next()).await.unwrap();
    restore(&database, &kept).await;
    append(&log, &studio, 3, 2).await;
    append(&log, &studio, 5, 1).await;
    assert!(matches!(
        soon(follower.next()).await.unwrap(),
        FeedItem::Reset
    ));
}

#[tokio::test]
async fn a_counted_restore_is_a_new_epoch_and_resets_followers() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    append(&log, &studio, 1, 2).await;
    let before = log.epoch();
    let mut follower = log.follow(log.partition_of(&studio), eventlog::Position::START);
    soon(follower.next()).await.unwrap();
    sqlx::query("update log set restores = restores + 1")
        .execute(database.pool())
        .await
        .unwrap();
    assert!(matches!(
        soon(follower.next()).await.unwrap(),
        FeedItem::Reset
    ));
    assert_ne!(log.epoch(), before);
    assert_eq!(log.epoch(), node(&database).await.epoch());
}

#[tokio::test]
async fn a_follower_from_beyond_the_end_is_reset() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    append(&log, &studio, 1, 2).await;
    let mut follower = log.follow(log.partition_of(&studio), eventlog::Position::new(3));
    assert!(matches!(
        soon(follower.next()).await.unwrap(),
        FeedItem::Reset
    ));
}
