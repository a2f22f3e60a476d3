//! Views of a database that was restored.

use domain::partition::Partition;
use eventlog::testing::TestDatabase;
use sqlx::PgPool;

use crate::support::{Node, PATIENCE, World, dump, found, put, studio_a, studio_b};

const PARTITION: Partition = Partition::new(0);

async fn run(pool: &PgPool, statement: &str) {
    sqlx::raw_sql(statement).execute(pool).await.unwrap();
}

#[tokio::test]
async fn in_another_epoch_a_runner_goes_on_from_the_checkpoint() {
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

    let epoch = node.log.epoch();
    run(node.log.pool(), "update log set restores = restores + 1").await;
    found(async || (node.log.epoch() != epoch).then_some(())).await;
    let end = world.does(put(&studio_b(), "Studio B")).await;
    runner
        .progress
        .wait_for(PARTITION, end, PATIENCE)
        .await
        .unwrap();
    assert_eq!(dump(node.log.pool()).await.len(), 2);
}
