//! Views of a database that was restored.

use std::{sync::Arc, time::Duration};

use domain::partition::Partition;
use eventlog::{Position, RecordedEvent, testing::TestDatabase};
use projections::{
    rebuild::{Tell, rebuild},
    runner::ViewWaitError,
    view::{self, Checkpoints, Generation, View},
};
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

/// As after a restore of the log alone: it ends at `position` again, and the views stay.
async fn put_back_the_log(pool: &PgPool, position: Position) {
    let statements = format!(
        "begin;
        delete from events where position > {position};
        update heads set position = {position}, tip = coalesce(
            (select tip from events where position = {position}), 0
        );
        commit"
    );
    run(pool, &statements).await;
}

/// As after a restore of an earlier copy: the log ends at `position` again, and the
/// views are as they were there.
async fn put_back(pool: &PgPool, position: Position) {
    put_back_the_log(pool, position).await;
    let statements = format!(
        "begin;
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

/// How long a runner is given that must not go on: far longer than a batch takes.
const WRONG_BY: Duration = Duration::from_millis(500);

/// Lets somebody book hour after hour, each time in an append; returns the log's end.
async fn book_hours(world: &mut World, hours: std::ops::Range<u8>) -> Position {
    for hour in hours {
        let start = format!("2026-11-24T{hour:02}:00");
        world.does(book(B, span(&start, 60), hour)).await;
    }
    world.end()
}

#[tokio::test]
async fn views_of_an_undone_history_take_no_events_however_far_the_log_goes() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let pool = node.log.pool();
    let mut world = World::new(&node.log).await;
    let copied = world.does(put(&studio_a(), "Studio A")).await;
    world.does(book(A, span("2026-11-24T13:00", 60), 1)).await;
    fold_first(pool, &world.events).await;
    let undone = dump(pool).await;
    put_back_the_log(pool, copied).await;

    // Another history passes by where the views are.
    let other = Node::new(&database).await;
    let mut world = World::new(&other.log).await;
    let end = book_hours(&mut world, 9..19).await;
    let runner = other.run_views(1);
    runner.has_duty(&other.log).await;
    let waited = runner.progress.wait_for(PARTITION, end, WRONG_BY).await;
    let nothing = Position::START;
    assert!(
        matches!(waited, Err(ViewWaitError::Behind { applied, .. }) if applied == nothing),
        "{waited:?}"
    );
    assert_eq!(dump(pool).await, undone);

    // Made anew, they are of the log that is there, and go on.
    let tell: Tell = Arc::new(|_| ());
    let rebuilt = rebuild(&database.options(), &View::ALL, &tell).await;
    rebuilt.unwrap();
    let end = book_hours(&mut world, 19..22).await;
    let progress = &runner.progress;
    progress.wait_for(PARTITION, end, PATIENCE).await.unwrap();
    let views = dump(pool).await;
    runner.stop().await;
    run(
        pool,
        "truncate daily_availability, presence, bookings, resources, checkpoints",
    )
    .await;
    fold_first(pool, &world.events).await;
    assert_eq!(views, dump(pool).await);
}

#[tokio::test]
async fn a_checkpoint_that_a_release_before_has_moved_is_followed() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let pool = node.log.pool();
    let mut world = World::new(&node.log).await;
    world.does(put(&studio_a(), "Studio A")).await;
    fold_first(pool, &world.events).await;
    let moved = book_hours(&mut world, 9..11).await;
    // It knows of no tips. What it folds into the tables is not looked at here.
    let statement = format!("update checkpoints set position = {moved}");
    run(pool, &statement).await;
    let end = book_hours(&mut world, 11..12).await;
    let runner = node.run_views(1);
    let progress = &runner.progress;
    progress.wait_for(PARTITION, end, PATIENCE).await.unwrap();
    let tips = "select bool_and(tip_position = position and tip is not null) from checkpoints";
    let tips: bool = sqlx::query_scalar(tips).fetch_one(pool).await.unwrap();
    assert!(tips);
}
