//! Reads that must see a position.

use std::time::Duration;

use domain::partition::Partition;
use eventlog::testing::TestDatabase;
use futures::future::join_all;
use projections::{
    live::LiveError,
    runner::{ViewProgress, ViewWaitError},
};
use sqlx::{Connection, PgConnection};

use crate::support::{Node, PATIENCE, World, found, position, put, soon, studio_a, studio_b};

const PARTITION: Partition = Partition::new(0);

#[tokio::test]
async fn a_node_that_does_not_write_the_views_sees_how_far_they_are() {
    let database = TestDatabase::new().await;
    let (writing, reading) = (Node::new(&database).await, Node::new(&database).await);
    let _runner = writing.run_views(1);
    let mut world = World::new(&writing.log).await;
    let progress = ViewProgress::new(&reading.log);
    for resource in [studio_a(), studio_b()] {
        let end = world.does(put(&resource, "Studio")).await;
        progress.wait_for(PARTITION, end, PATIENCE).await.unwrap();
    }
}

#[tokio::test]
async fn patience_ends_with_how_far_the_views_are() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let mut world = World::new(&node.log).await;
    let end = world.does(put(&studio_a(), "Studio A")).await;
    let runner = node.run_views(1);
    runner
        .progress
        .wait_for(PARTITION, end, PATIENCE)
        .await
        .unwrap();
    let progress = runner.progress.clone();
    runner.stop().await;
    let next = world.does(put(&studio_b(), "Studio B")).await;
    let behind = progress
        .wait_for(PARTITION, next, Duration::from_millis(30))
        .await;
    assert!(
        matches!(behind, Err(ViewWaitError::Behind { wanted, applied })
            if wanted == next && applied == end),
        "{behind:?}"
    );
}

#[tokio::test]
async fn a_position_that_nobody_has_written_is_not_waited_for() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let mut world = World::new(&node.log).await;
    let end = world.does(put(&studio_a(), "Studio A")).await;
    let progress = ViewProgress::new(&node.log);
    let feed = node.feed().await;
    let wanted = end.plus(1);
    let refused = soon(progress.wait_for(PARTITION, wanted, PATIENCE)).await;
    assert!(
        matches!(refused, Err(ViewWaitError::Beyond { wanted: at, head })
            if at == wanted && head == end),
        "{refused:?}"
    );
    let refused = soon(feed.wait_for(PARTITION, wanted, PATIENCE)).await;
    assert!(
        matches!(refused, Err(LiveError::Beyond { wanted: at, head })
            if at == wanted && head == end),
        "{refused:?}"
    );
}

/// What another node has just written is in the log, though nobody here has heard of it.
#[tokio::test]
async fn a_position_that_another_node_has_just_written_is_waited_for() {
    let database = TestDatabase::new().await;
    let (writing, reading) = (Node::new(&database).await, Node::new(&database).await);
    let _runner = writing.run_views(1);
    // Its background is gone: it hears of nothing any more.
    reading.log.close().await;
    let progress = ViewProgress::new(&reading.log);
    let mut world = World::new(&writing.log).await;
    for name in ["Studio", "Studio A", "Atelier"] {
        let end = world.does(put(&studio_a(), name)).await;
        progress.wait_for(PARTITION, end, PATIENCE).await.unwrap();
    }
}

/// The transactions of this database so far, as its backends have told of them: each
/// tells what it did when it ends.
async fn transactions(database: &TestDatabase) -> i64 {
    let mut elsewhere = PgConnection::connect_with(&database.options().database("postgres"))
        .await
        .unwrap();
    let name = database.options().get_database().unwrap().to_owned();
    found(async || {
        // Nobody needs what is left by now.
        let others = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
            where datname = $1 and backend_type = 'client backend'";
        let others: i64 = sqlx::query_scalar(others)
            .bind(&name)
            .fetch_one(&mut elsewhere)
            .await
            .unwrap();
        (others == 0).then_some(())
    })
    .await;
    let committed = "select xact_commit + xact_rollback from pg_stat_database where datname = $1";
    sqlx::query_scalar(committed)
        .bind(&name)
        .fetch_one(&mut elsewhere)
        .await
        .unwrap()
}

/// Asks for a position a hundred times at once, and tells how many transactions of the
/// database that cost.
async fn cost_of_a_hundred(beyond: u64, patience: Duration) -> i64 {
    let database = TestDatabase::new().await;
    {
        let node = Node::new(&database).await;
        let mut world = World::new(&node.log).await;
        world.does(put(&studio_a(), "Studio A")).await;
        node.log.close().await;
        node.log.pool().close().await;
    }
    database.pool().close().await;
    let before = transactions(&database).await;
    let node = Node::new(&database).await;
    let progress = ViewProgress::new(&node.log);
    let wanted = position(1 + beyond);
    let asking = (0..100).map(|_| progress.wait_for(PARTITION, wanted, patience));
    let answers = join_all(asking).await;
    assert!(answers.iter().all(Result::is_err), "{answers:?}");
    node.log.close().await;
    node.log.pool().close().await;
    transactions(&database).await - before
}

#[tokio::test]
async fn a_hundred_who_ask_for_what_nobody_wrote_cost_a_few_transactions() {
    let cost = cost_of_a_hundred(7, PATIENCE).await;
    assert!(cost < 50, "{cost} transactions");
}

#[tokio::test]
async fn a_hundred_who_wait_for_the_views_cost_what_one_costs() {
    // At 20 ms between two looks, one who waits so long costs 100.
    let cost = cost_of_a_hundred(0, Duration::from_secs(2)).await;
    assert!(cost < 200, "{cost} transactions");
}

#[tokio::test]
async fn without_a_checkpoint_the_views_are_at_the_start() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let progress = ViewProgress::new(&node.log);
    let now = progress
        .wait_for(PARTITION, position(0), Duration::ZERO)
        .await;
    assert!(now.is_ok(), "{now:?}");
    let next = progress
        .wait_for(PARTITION, position(1), Duration::ZERO)
        .await;
    assert!(
        matches!(next, Err(ViewWaitError::Beyond { .. })),
        "{next:?}"
    );
    let elsewhere = progress
        .wait_for(Partition::new(1), position(0), Duration::ZERO)
        .await;
    assert!(
        matches!(elsewhere, Err(ViewWaitError::NoPartition(_))),
        "{elsewhere:?}"
    );
}
