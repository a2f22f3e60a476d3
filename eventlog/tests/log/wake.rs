//! Who hears of an append, and what a log leaves behind.

use chrono::{DateTime, Utc};
use eventlog::testing::TestDatabase;
use sqlx::{PgPool, postgres::PgListener};
use uuid::Uuid;

use crate::support::{append, node, resource, soon};

#[tokio::test]
async fn an_append_notifies_other_nodes_without_data() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let mut listener = PgListener::connect_with(database.pool()).await.unwrap();
    listener.listen("slotkeeper_log").await.unwrap();
    append(&log, &resource("studio-a"), 1, 1).await;
    let notification = soon(listener.recv()).await.unwrap();
    assert_eq!(notification.payload(), "");
}

#[tokio::test]
async fn a_second_try_notifies_too() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let mut listener = PgListener::connect_with(database.pool()).await.unwrap();
    listener.listen("slotkeeper_log").await.unwrap();
    let locked = log.lock_head(log.partition_of(&studio)).await.unwrap();
    let event = vec![crate::support::booked(&studio, "2026-11-24", 1)];
    let batch = crate::support::batch(&log, log.partition_of(&studio), locked.head(), event);
    locked.append(&batch).await.unwrap();
    soon(listener.recv()).await.unwrap();
}

async fn connections(pool: &PgPool) -> i64 {
    sqlx::query_scalar(
        "select count(*) from pg_stat_activity
         where datname = current_database() and application_name = 'slotkeeper'",
    )
    .fetch_one(pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn dropping_the_last_clone_ends_the_background_tasks() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let clone = log.clone();
    append(&log, &resource("studio-a"), 1, 1).await;
    drop(log);
    assert!(connections(database.pool()).await > 0);
    drop(clone);
    let gone = async { while connections(database.pool()).await > 0 {} };
    soon(gone).await;
}

#[test]
fn a_log_may_be_dropped_after_its_runtime() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (database, log) = runtime.block_on(async {
        let database = TestDatabase::new().await;
        let log = node(&database).await;
        append(&log, &resource("studio-a"), 1, 1).await;
        (database, log)
    });
    drop(runtime);
    drop(log);
    drop(database);
}

type News = (Uuid, i32, String, DateTime<Utc>, Vec<i64>, Vec<i64>);

#[tokio::test]
async fn both_ways_of_reading_the_timeline_agree() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    append(&log, &resource("studio-a"), 1, 1).await;
    let mut news = Vec::new();
    for statement in [
        include_str!("../../src/wake/news.sql"),
        include_str!("../../src/wake/news_by_control.sql"),
    ] {
        let read: News = sqlx::query_as(statement)
            .fetch_one(database.pool())
            .await
            .unwrap();
        news.push((read.0, read.1, read.2, read.4, read.5));
    }
    assert_eq!(news[0], news[1]);
    assert_eq!(news[0].2.len(), 8);
}

#[tokio::test]
async fn a_node_that_may_not_ask_for_the_wal_opens_the_log() {
    let database = TestDatabase::new().await;
    let made = node(&database).await;
    // Forbidden even to a superuser: the function is not there.
    sqlx::query("alter function pg_catalog.pg_walfile_name(pg_lsn) rename to gone")
        .execute(database.pool())
        .await
        .unwrap();
    let opened = node(&database).await;
    assert_eq!(opened.epoch(), made.epoch());
}
