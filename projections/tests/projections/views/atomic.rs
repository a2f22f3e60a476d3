//! A view and its checkpoint are committed together, whoever writes them.

use domain::partition::Partition;
use eventlog::testing::TestDatabase;
use projections::view::{self, Checkpoints, Generation, View};
use sqlx::{Acquire, PgPool};

use crate::support::{
    A, FAIL, Node, PATIENCE, World, book, dump, found, history, put, some_steps, span, studio_a,
};

const PARTITION: Partition = Partition::new(0);
const GENERATION: Generation = Generation::LIVE;

async fn checkpoints(pool: &PgPool) -> Checkpoints {
    let mut connection = pool.acquire().await.unwrap();
    let checkpoints =
        Checkpoints::read_or_create(&mut connection, PARTITION, GENERATION, &View::ALL);
    checkpoints.await.unwrap()
}

#[tokio::test]
async fn a_crash_in_mid_batch_leaves_neither_rows_nor_checkpoint() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let mut world = World::new(&node.log).await;
    history(&mut world, &some_steps()).await;
    let pool = node.log.pool();
    let seen = checkpoints(pool).await;

    let mut connection = pool.acquire().await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    let applied = view::apply(
        &mut transaction,
        PARTITION,
        GENERATION,
        seen,
        world.events.iter(),
    );
    assert!(applied.await.unwrap().is_some());
    // The connection is cut, as when the process dies before it commits.
    std::mem::forget(transaction);
    drop(connection.detach());

    assert_eq!(dump(pool).await, Vec::<String>::new());
    assert_eq!(checkpoints(pool).await, seen);
}

#[tokio::test]
async fn a_view_that_fails_takes_all_views_and_checkpoints_with_it() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let mut world = World::new(&node.log).await;
    world.does(put(&studio_a(), "Studio A")).await;
    let runner = node.run_views(1);
    let before = world.end();
    runner
        .progress
        .wait_for(PARTITION, before, PATIENCE)
        .await
        .unwrap();
    let pool = node.log.pool();
    let rows = dump(pool).await;

    sqlx::raw_sql(FAIL).execute(pool).await.unwrap();
    let end = world.does(book(A, span("2026-11-24T13:00", 60), 1)).await;
    found(async || {
        let tried = sqlx::query_scalar("select is_called from tried");
        let tried: bool = tried.fetch_one(pool).await.unwrap();
        tried.then_some(())
    })
    .await;
    assert_eq!(checkpoints(pool).await.highest(), before);
    let availability: i64 = sqlx::query_scalar("select count(*) from daily_availability")
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(availability, 0);

    sqlx::raw_sql("drop trigger fail on bookings")
        .execute(pool)
        .await
        .unwrap();
    runner
        .progress
        .wait_for(PARTITION, end, PATIENCE)
        .await
        .unwrap();
    assert_eq!(dump(pool).await.len(), rows.len() + 2);
}

#[tokio::test]
async fn of_two_that_apply_the_same_batch_one_is_told_that_it_came_late() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let mut world = World::new(&node.log).await;
    history(&mut world, &some_steps()).await;
    let pool = node.log.pool();
    let seen = checkpoints(pool).await;

    let once = async || {
        let mut transaction = pool.begin().await.unwrap();
        let events = world.events.iter();
        let applied = view::apply(&mut transaction, PARTITION, GENERATION, seen, events);
        let applied = applied.await.unwrap();
        if applied.is_some() {
            transaction.commit().await.unwrap();
        }
        applied
    };
    let outcomes: [_; 2] = tokio::join!(once(), once()).into();
    assert_eq!(outcomes.iter().flatten().count(), 1);
    assert_eq!(checkpoints(pool).await.lowest(), world.end());
    let renewals: i64 = sqlx::query_scalar("select sum(renewals) from presence")
        .fetch_one(pool)
        .await
        .unwrap();
    let expected = world.streams().holds.iter().map(|hold| hold.renewals);
    assert_eq!(renewals, i64::from(expected.sum::<u32>()));
}
