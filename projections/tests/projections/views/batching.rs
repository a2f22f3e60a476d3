//! A rebuilt view equals the live one, however the history is cut.

use domain::partition::Partition;
use eventlog::{Log, RecordedEvent, testing::TestDatabase};
use projections::view::{self, Checkpoints, Generation, View};
use proptest::prelude::*;
use sqlx::{Connection, PgConnection, PgPool};

use crate::support::{Node, Step, World, block_on, dump, dump_schema, history, steps};

const GENERATION: Generation = Generation::LIVE;

/// Applies what is new of `events` in batches of these sizes, again and again,
/// each in a transaction of its own.
async fn apply(connection: &mut PgConnection, events: &[RecordedEvent], sizes: &[usize]) {
    let partition = Partition::new(0);
    let mut seen = Checkpoints::read_or_create(connection, partition, GENERATION, &View::ALL)
        .await
        .unwrap();
    let known = events.partition_point(|event| event.position <= seen.lowest());
    let mut rest = &events[known..];
    for size in sizes.iter().cycle() {
        let (batch, left) = rest.split_at((*size).min(rest.len()));
        let mut transaction = connection.begin().await.unwrap();
        let applied = view::apply(&mut transaction, partition, GENERATION, seen, batch.iter());
        seen = applied.await.unwrap().expect("nobody else applies");
        transaction.commit().await.unwrap();
        rest = left;
        if rest.is_empty() {
            break;
        }
    }
}

async fn connect(pool: &PgPool) -> sqlx::pool::PoolConnection<sqlx::Postgres> {
    pool.acquire().await.unwrap()
}

/// Makes tables like the views' in a schema of their own, first on the path.
async fn shadow(connection: &mut PgConnection) {
    let tables = [
        "checkpoints",
        "daily_availability",
        "presence",
        "bookings",
        "resources",
    ]
    .map(|table| format!("create table shadow.{table} (like public.{table} including all);"));
    let ddl = format!(
        "create schema shadow; {} set search_path to shadow, public",
        tables.concat()
    );
    sqlx::raw_sql(&ddl).execute(connection).await.unwrap();
}

async fn lived_through(database: &TestDatabase, steps: &[Step]) -> (Log, Vec<RecordedEvent>) {
    let node = Node::new(database).await;
    let mut world = World::new(&node.log).await;
    history(&mut world, steps).await;
    (node.log.clone(), world.events.clone())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn views_are_the_same_whatever_the_batches(
        steps in steps(1..80),
        one in proptest::collection::vec(1..30_usize, 1..6),
        other in proptest::collection::vec(1..30_usize, 1..6),
    ) {
        block_on(async {
            let (first, second) = (TestDatabase::new().await, TestDatabase::new().await);
            let (log, events) = lived_through(&first, &steps).await;
            let (other_log, other_events) = lived_through(&second, &steps).await;
            // They are compared on the way too, where more holds live than at the end.
            for quarter in 1..=4 {
                let end = events.len() * quarter / 4;
                apply(&mut *connect(log.pool()).await, &events[..end], &one).await;
                apply(&mut *connect(other_log.pool()).await, &other_events[..end], &other).await;
                assert_eq!(dump(log.pool()).await, dump(other_log.pool()).await);
            }

            // The same statements rebuild beside the live tables.
            let mut connection = connect(log.pool()).await;
            let views = dump_schema(&mut connection, "public").await;
            shadow(&mut connection).await;
            apply(&mut connection, &events, &[events.len()]).await;
            assert_eq!(views, dump_schema(&mut connection, "shadow").await);
        });
    }
}

#[tokio::test]
async fn a_view_that_is_further_on_skips_what_it_has() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let mut world = World::new(&node.log).await;
    history(&mut world, &crate::support::some_steps()).await;
    let mut connection = connect(node.log.pool()).await;
    apply(&mut connection, &world.events, &[7]).await;
    let views = dump(node.log.pool()).await;

    // Presence alone is rebuilt from the beginning, as an operator may do.
    sqlx::raw_sql(
        "delete from presence; update checkpoints set position = 0 where view = 'presence'",
    )
    .execute(&mut *connection)
    .await
    .unwrap();
    apply(&mut connection, &world.events, &[5]).await;
    assert_eq!(views, dump(node.log.pool()).await);
}
