//! Reads that must see a position.

use std::time::Duration;

use domain::partition::Partition;
use eventlog::testing::TestDatabase;
use projections::runner::{ViewProgress, ViewWaitError};

use crate::support::{Node, PATIENCE, World, position, put, studio_a, studio_b};

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
    let next = runner
        .progress
        .wait_for(PARTITION, end.plus(1), Duration::from_millis(30))
        .await;
    assert!(
        matches!(next, Err(ViewWaitError::Behind { wanted, applied })
            if wanted == end.plus(1) && applied == end),
        "{next:?}"
    );
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
        matches!(next, Err(ViewWaitError::Behind { .. })),
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
