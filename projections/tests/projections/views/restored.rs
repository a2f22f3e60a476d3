//! Views of a database that was restored.

use domain::partition::Partition;
use eventlog::{Position, RecordedEvent, testing::TestDatabase};
use projections::view::{self, Checkpoints, Generation, View};
use sqlx::PgPool;

use crate::support::{
    A, B, Node, PATIENCE, World, book, dump, found, put, span, studio_a, studio_b,
};

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

/// As after a restore of an earlier copy: the log ends at `position` again, and the
/// views are as they were there.
async fn put_back(pool: &PgPool, position: Position) {
    let statements = format!(
        "begin;
        delete from events where position > {position};
        update heads set position = {position}, tip = coalesce(
            (select tip from events where position = {position}), 0
        );
        delete from daily_availability; delete from bookings;
        update checkpoints set position = {position};
        commit"
    );
    run(pool, &statements).await;
}

/// Folds events into the live views, as a runner does with what it has read.
async fn fold(pool: &PgPool, seen: Checkpoints, events: &[RecordedEvent]) -> Option<Checkpoints> {
    let mut transaction = pool.begin().await.unwrap();
    let folded = view::apply(
        &mut transaction,
        PARTITION,
        Generation::LIVE,
        seen,
        events.iter(),
    );
    let folded = folded.await.unwrap();
    if folded.is_some() {
        transaction.commit().await.unwrap();
    }
    folded
}

/// Folds the first events of a log.
async fn fold_first(pool: &PgPool, events: &[RecordedEvent]) -> Checkpoints {
    let mut connection = pool.acquire().await.unwrap();
    let live = Generation::LIVE;
    let seen = Checkpoints::read_or_create(&mut connection, PARTITION, live, &View::ALL);
    let seen = seen.await.unwrap();
    fold(pool, seen, events).await.unwrap()
}

#[tokio::test]
async fn what_was_read_before_a_restore_is_not_folded_though_the_checkpoint_fits() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let pool = node.log.pool();
    let mut world = World::new(&node.log).await;
    let copied = world.does(put(&studio_a(), "Studio A")).await;
    let seen = fold_first(pool, &world.events).await;
    let before = dump(pool).await;

    // A node has read a booking, and stands still before it folds it.
    world.does(book(A, span("2026-11-24T13:00", 60), 1)).await;
    let undone = world.events.split_off(1);
    put_back(pool, copied).await;
    // What comes in its place has as many events.
    let other = Node::new(&database).await;
    let mut world = World::new(&other.log).await;
    world.does(book(B, span("2026-11-24T20:00", 60), 2)).await;
    let made = &world.events[1..];
    assert_eq!(made.len(), undone.len());

    assert_eq!(fold(pool, seen, &undone).await, None);
    assert_eq!(dump(pool).await, before);
    assert!(fold(pool, seen, made).await.is_some());
    assert_eq!(dump(pool).await.len(), before.len() + 2);
}

#[tokio::test]
async fn what_was_read_before_a_restore_is_not_folded_while_the_log_has_nothing_in_its_place() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let pool = node.log.pool();
    let mut world = World::new(&node.log).await;
    let copied = world.does(put(&studio_a(), "Studio A")).await;
    let seen = fold_first(pool, &world.events).await;
    world.does(book(A, span("2026-11-24T13:00", 60), 1)).await;
    put_back(pool, copied).await;
    assert_eq!(fold(pool, seen, &world.events[1..]).await, None);
    assert_eq!(dump(pool).await.len(), 1);
}
