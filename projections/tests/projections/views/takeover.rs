//! Runners of several nodes.

use domain::partition::Partition;
use eventlog::testing::TestDatabase;

use crate::support::{
    A, Node, PATIENCE, World, dump, history, hold, put, some_steps, span, studio_a,
};

const PARTITION: Partition = Partition::new(0);

#[tokio::test]
async fn two_runners_that_both_believe_in_their_lease_apply_each_event_once() {
    let database = TestDatabase::new().await;
    let (one, other) = (Node::new(&database).await, Node::new(&database).await);
    // By the same name they share every lease, which never happens to nodes,
    // and is the worst that could come of one that is stale.
    let runners = [one.run_views(1), other.run_views(1)];
    for (runner, node) in runners.iter().zip([&one, &other]) {
        runner.has_duty(&node.log).await;
    }
    let mut world = World::new(&one.log).await;
    world.does(put(&studio_a(), "Studio A")).await;
    // Each renewal is counted in the row: one that was applied twice would show.
    for _ in 0..200 {
        world.now = world.now.plus_ms(2_000);
        world.does(hold(A, span("2026-11-24T13:00", 60), 1)).await;
    }
    history(&mut world, &some_steps()).await;
    for runner in &runners {
        let progress = &runner.progress;
        progress
            .wait_for(PARTITION, world.end(), PATIENCE)
            .await
            .unwrap();
    }
    let raced = dump(one.log.pool()).await;
    for runner in runners {
        runner.stop().await;
    }

    sqlx::raw_sql("truncate daily_availability, presence, bookings, resources, checkpoints")
        .execute(one.log.pool())
        .await
        .unwrap();
    let alone = one.run_views(2);
    alone
        .progress
        .wait_for(PARTITION, world.end(), PATIENCE)
        .await
        .unwrap();
    assert_eq!(raced, dump(one.log.pool()).await);
}

#[tokio::test]
async fn another_node_goes_on_where_a_stopped_one_left_off() {
    let database = TestDatabase::new().await;
    let (one, other) = (Node::new(&database).await, Node::new(&database).await);
    let mut world = World::new(&one.log).await;
    world.does(put(&studio_a(), "Studio A")).await;
    let first = one.run_views(1);
    first.has_duty(&one.log).await;
    first
        .progress
        .wait_for(PARTITION, world.end(), PATIENCE)
        .await
        .unwrap();
    let second = other.run_views(2);
    first.stop().await;

    history(&mut world, &some_steps()).await;
    second
        .progress
        .wait_for(PARTITION, world.end(), PATIENCE)
        .await
        .unwrap();
    second.has_duty(&other.log).await;
}

/// A node that can't write the views, and can do all else.
#[tokio::test]
async fn a_node_that_can_not_write_the_views_leaves_them_to_another() {
    let database = TestDatabase::new().await;
    let able = Node::new(&database).await;
    let role = format!("reader_{}", database.options().get_database().unwrap());
    let rights = format!(
        "create role {role} login; grant select on all tables in schema public to {role}; \
        grant insert, update, delete on leases to {role}"
    );
    sqlx::raw_sql(&rights)
        .execute(database.pool())
        .await
        .unwrap();
    let unable = Node::with(database.options().username(&role)).await;
    let first = unable.run_views(1);
    first.has_duty(&unable.log).await;
    let second = able.run_views(2);
    let mut world = World::new(&able.log).await;
    let end = world.does(put(&studio_a(), "Studio A")).await;
    second
        .progress
        .wait_for(PARTITION, end, PATIENCE)
        .await
        .unwrap();
    first.stop().await;
    second.stop().await;
    let gone = format!("drop owned by {role}; drop role {role}");
    sqlx::raw_sql(&gone).execute(database.pool()).await.unwrap();
}
