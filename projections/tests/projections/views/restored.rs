//! Views of a database that was restored.

use domain::partition::Partition;
use eventlog::testing::TestDatabase;
use sqlx::PgPool;

use crate::support::{A, Node, PATIENCE, World, dump, hold, put, soon, span, studio_a, studio_b};

const PARTITION: Partition = Partition::new(0);

async fn run(pool: &PgPool, statement: &str) {
    sqlx::raw_sql(statement).execute(pool).await.unwrap();
}

#[tokio::test]
async fn a_view_ahead_of_the_log_takes_nothing_until_it_is_rebuilt() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let mut world = World::new(&node.log).await;
    world.does(put(&studio_a(), "Studio A")).await;
    let pool = node.log.pool();
    run(
        pool,
        "insert into checkpoints (partition, view, position) values (0, 'presence', 1000)",
    )
    .await;
    let runner = node.run_views(1);
    // The runner makes the checkpoints that are missing, and then compares.
    soon(async {
        let count = "select count(*) from checkpoints";
        while sqlx::query_scalar::<_, i64>(count)
            .fetch_one(pool)
            .await
            .unwrap()
            < 4
        {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let end = world.does(hold(A, span("2026-11-24T13:00", 60), 1)).await;
    let early = runner
        .progress
        .wait_for(PARTITION, end, std::time::Duration::ZERO)
        .await;
    assert!(early.is_err());
    assert_eq!(dump(pool).await, Vec::<String>::new());

    run(pool, "update checkpoints set position = 0").await;
    runner
        .progress
        .wait_for(PARTITION, end, PATIENCE)
        .await
        .unwrap();
    assert_eq!(dump(pool).await.len(), 2);
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
    soon(async {
        while node.log.epoch() == epoch {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let end = world.does(put(&studio_b(), "Studio B")).await;
    runner
        .progress
        .wait_for(PARTITION, end, PATIENCE)
        .await
        .unwrap();
    assert_eq!(dump(node.log.pool()).await.len(), 2);
}
