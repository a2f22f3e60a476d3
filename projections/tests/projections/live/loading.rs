//! Loading what is cold.

use std::sync::Arc;

use domain::ids::ResourceId;
use eventlog::testing::TestDatabase;
use futures::future::join_all;
use projections::live::{LiveError, LiveLimits};
use sqlx::PgPool;

use crate::support::{
    A, B, Model, Node, TUESDAY, World, book, day, days, found, history, hold, leave, put,
    some_steps, soon, span, studio_a, studio_b, tuesday,
};

use super::Live;

/// Every day of a resource that [`some_steps`] touch, and one before.
fn all_days() -> std::ops::RangeInclusive<domain::calendar::Day> {
    days("2026-11-23", "2026-12-02")
}

async fn feed_equals_model(feed: &projections::live::LiveFeed, world: &World) {
    let model = Model::at(&world.events, world.end());
    for number in 0..3 {
        let resource: ResourceId = format!("resource-{number}").parse().unwrap();
        for state in feed.days(&resource, all_days()).await.unwrap() {
            assert_eq!(*state, model.day(&resource, state.day));
        }
    }
}

#[tokio::test]
async fn a_cold_day_is_what_the_views_say() {
    let mut live = Live::new().await;
    history(&mut live.world, &some_steps()).await;
    live.written().await;
    // It began after all that happened.
    let cold = live.node.feed().await;
    feed_equals_model(&cold, &live.world).await;
}

#[tokio::test]
async fn a_cold_day_is_brought_up_from_views_that_stand_still() {
    let Live {
        node,
        mut world,
        feed,
        runner,
        database: _database,
    } = Live::new().await;
    world.does(book(A, span("2026-11-24T13:00", 60), 1)).await;
    world.does(hold(B, span("2026-11-24T16:00", 60), 1)).await;
    let partition = node.log.partition_of(&studio_a());
    let patience = crate::support::PATIENCE;
    runner
        .progress
        .wait_for(partition, world.end(), patience)
        .await
        .unwrap();
    runner.stop().await;

    world.does(leave(B)).await;
    history(&mut world, &some_steps()).await;
    feed.wait_for(partition, world.end(), patience)
        .await
        .unwrap();
    feed_equals_model(&feed, &world).await;
    let read = feed.days(&studio_a(), tuesday()).await.unwrap();
    let expected = Model::at(&world.events, world.end()).day(&studio_a(), day(TUESDAY));
    assert_eq!(*read[0], expected);
}

#[tokio::test]
async fn days_are_right_though_nobody_ever_wrote_the_views() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let mut world = World::new(&node.log).await;
    history(&mut world, &some_steps()).await;
    let feed = node.feed().await;
    feed_equals_model(&feed, &world).await;
}

#[tokio::test]
async fn a_node_that_the_views_are_ahead_of_catches_up_before_it_answers() {
    let live = Live::new().await;
    let other = Node::new(&live.database).await;
    let feed = other.feed().await;
    let mut world = live.world;
    for number in 1..=20 {
        let start = format!("2026-11-24T{number:02}:00");
        let end = world.does(book(A, span(&start, 15), number)).await;
        let partition = other.log.partition_of(&studio_a());
        let patience = crate::support::PATIENCE;
        live.runner
            .progress
            .wait_for(partition, end, patience)
            .await
            .unwrap();
        // A day that this node has never read, and a booking that it may not
        // have heard of: at whatever position it answers, nothing is torn.
        let cold = feed.days(&studio_a(), all_days()).await.unwrap();
        let applied = feed.applied(partition);
        assert!(
            applied
                >= cold
                    .iter()
                    .map(|state| state.busy_changed_at)
                    .max()
                    .unwrap()
        );
    }
}

#[tokio::test]
async fn a_node_that_hears_nothing_says_that_it_is_behind() {
    let mut live = Live::new().await;
    let other = Node::new(&live.database).await;
    let feed = other.feed().await;
    feed.days(&studio_b(), tuesday()).await.unwrap();
    other.log.close().await;
    // It may have been reading the log just then, and have more news to read
    // for. After that it hears nothing.
    for (number, day) in [(1, "2026-11-24"), (2, "2026-11-25"), (3, "2026-11-26")] {
        let start = format!("{day}T13:00");
        let end = live.world.does(book(A, span(&start, 60), number)).await;
        live.written().await;
        // The day has what this node has not: its days would be of two positions. A day's
        // last event comes before its append's last.
        match feed.days(&studio_a(), days(day, day)).await {
            Err(LiveError::Behind { wanted, applied }) if applied < wanted && wanted <= end => {
                feed.days(&studio_b(), tuesday()).await.unwrap();
                return;
            }
            heard => assert!(heard.is_ok(), "{heard:?}"),
        }
    }
    panic!("it hears of bookings though its log is closed");
}

/// What puts one view beside another that is further: a hold is in the one, and its event
/// is not in the log, or not yet.
const AHEAD: &str = "
    insert into presence
    select (jsonb_populate_record(row, jsonb_build_object(
        'hold_id', gen_random_uuid(), 'position', row.position + 1000
    ))).*
    from presence as row;
    update checkpoints set position = position + 1000 where view = 'presence'";

#[tokio::test]
async fn a_day_is_of_one_position_though_one_view_is_further_than_the_other() {
    let mut live = Live::new().await;
    live.world
        .does(hold(B, span("2026-11-24T16:00", 60), 1))
        .await;
    live.written().await;
    live.runner.stop().await;
    sqlx::raw_sql(AHEAD)
        .execute(live.database.pool())
        .await
        .unwrap();
    let cold = live.node.feed().await;
    let read = cold.days(&studio_a(), tuesday()).await.unwrap();
    let expected = Model::at(&live.world.events, live.world.end());
    assert_eq!(*read[0], expected.day(&studio_a(), day(TUESDAY)));
}

#[tokio::test]
async fn a_row_that_does_not_read_keeps_nobody_from_a_day() {
    let mut live = Live::new().await;
    let held = hold(B, span("2026-11-24T16:00", 60), 1);
    live.world.does(held).await;
    live.world
        .does(book(A, span("2026-11-25T13:00", 60), 1))
        .await;
    live.written().await;
    sqlx::raw_sql("update presence set span_slots = -1")
        .execute(live.database.pool())
        .await
        .unwrap();
    let cold = live.node.feed().await;
    let expected = Model::at(&live.world.events, live.world.end());
    for state in cold.days(&studio_a(), all_days()).await.unwrap() {
        assert_eq!(*state, expected.day(&studio_a(), state.day));
    }
}

/// Statements that wait for a lock on availability.
async fn waiting(pool: &PgPool) -> i64 {
    let waiting = "select count(*) from pg_locks
        where not granted and relation = 'daily_availability'::regclass";
    sqlx::query_scalar(waiting).fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn a_day_that_many_ask_for_at_once_is_loaded_once() {
    let mut live = Live::new().await;
    live.world
        .does(book(A, span("2026-11-24T13:00", 60), 1))
        .await;
    live.written().await;
    let feed = live.node.feed().await;
    let pool = live.database.pool();
    let mut locked = pool.begin().await.unwrap();
    sqlx::raw_sql("lock table daily_availability in access exclusive mode")
        .execute(&mut *locked)
        .await
        .unwrap();

    let studio = studio_a();
    let reads = join_all((0..100).map(|_| feed.days(&studio, tuesday())));
    let unlock = async {
        found(async || (waiting(pool).await > 0).then_some(())).await;
        // All hundred have asked by now; whoever was to load by itself would
        // wait here too.
        assert_eq!(waiting(pool).await, 1);
        locked.rollback().await.unwrap();
    };
    let (states, ()) = tokio::join!(reads, unlock);
    let states: Vec<_> = states.into_iter().map(|states| states.unwrap()).collect();
    assert!(
        states
            .iter()
            .all(|state| Arc::ptr_eq(&state[0], &states[0][0]))
    );
    assert_eq!(states[0][0].booked.to_string(), "52-55");
}

#[tokio::test]
async fn who_asks_and_goes_away_takes_nothing_from_the_others() {
    let live = Live::new().await;
    let studio = studio_a();
    for _ in 0..50 {
        let hasty = live.feed.days(&studio, all_days());
        let _ = tokio::time::timeout(std::time::Duration::ZERO, hasty).await;
    }
    let read = soon(live.feed.days(&studio_a(), all_days())).await.unwrap();
    assert_eq!(read.len(), 10);
}

#[tokio::test]
async fn a_cache_smaller_than_the_question_still_answers() {
    let limits = LiveLimits {
        cached_days: 1,
        watched_days: 1,
    };
    let mut live = Live::with(limits).await;
    history(&mut live.world, &some_steps()).await;
    live.applied().await;
    feed_equals_model(&live.feed, &live.world).await;
}

#[tokio::test]
async fn a_load_touches_one_row_of_availability_a_day_by_its_primary_key() {
    let live = Live::new().await;
    let pool = live.database.pool();
    // Years of history, of this studio and of others.
    sqlx::raw_sql(
        "insert into daily_availability (partition, resource_id, date, busy, position)
        select 0, 'studio-' || studio, date '2020-01-01' + day, repeat('01', 48)::bit(96), 1
        from generate_series(1, 20) as studio, generate_series(1, 2000) as day;
        analyze daily_availability",
    )
    .execute(pool)
    .await
    .unwrap();
    let statement = include_str!("../../../src/live/load_days.sql");
    let explain = format!("explain (analyze, costs off, timing off, summary off) {statement}");
    let date = day("2022-06-01");
    let plan: Vec<String> = sqlx::query_scalar(&explain)
        .bind(0_i16)
        .bind(["studio-7"])
        .bind([date.date()])
        .bind([date.start().to_datetime()])
        .bind(["daily_availability", "presence"])
        .bind(1_i32)
        .fetch_all(pool)
        .await
        .unwrap();
    let scans: Vec<_> = plan
        .iter()
        .filter(|line| line.contains("on daily_availability"))
        .collect();
    assert_eq!(scans.len(), 1, "{plan:#?}");
    let scan = "Index Scan using daily_availability_pkey on daily_availability day (actual rows=1 loops=1)";
    assert!(scans[0].ends_with(scan), "{plan:#?}");
    let mut world = live.world;
    world.does(put(&studio_a(), "the feed goes on")).await;
}
