//! A day by its views and what is behind them is the day by its stream.

use std::{collections::BTreeMap, sync::LazyLock};

use domain::{
    calendar::Day, event::Event, ids::ResourceId, partition::Partition, resource_day::ResourceDay,
    stream::StreamId,
};
use eventlog::{Log, Position, RecordedEvent, Standing, read_streams_after, testing::TestDatabase};
use projections::view::{self, Checkpoints, Generation, StandingViews, View};
use proptest::prelude::*;
use sqlx::{Connection, PgConnection};

use crate::support::{Node, Step, World, block_on, history, some_steps, steps};

const PARTITION: Partition = Partition::new(0);

type Days = BTreeMap<(ResourceId, Day), (u64, ResourceDay)>;

/// A day that nothing has happened to.
static UNTOUCHED: LazyLock<(ResourceId, Day)> =
    LazyLock::new(|| ("studio-z".parse().unwrap(), "2026-11-24".parse().unwrap()));

/// The days by their streams, each with its last sequence.
fn folded(events: &[RecordedEvent]) -> Days {
    let mut days = Days::from([(UNTOUCHED.clone(), Default::default())]);
    for recorded in events {
        if let (StreamId::ResourceDay(resource, day), Event::ResourceDay(event)) =
            (&recorded.stream, &recorded.event)
        {
            let (last, state) = days.entry((resource.clone(), *day)).or_default();
            *last = recorded.sequence;
            state.evolve(event);
        }
    }
    days
}

/// Folds events into some views, up to a number of them and in one batch.
async fn project(connection: &mut PgConnection, views: &[View], events: &[RecordedEvent]) {
    let seen = Checkpoints::read_or_create(connection, PARTITION, Generation::LIVE, views)
        .await
        .unwrap();
    let new = events.partition_point(|event| event.position <= seen.lowest());
    let mut transaction = connection.begin().await.unwrap();
    let events = events[new..].iter();
    view::apply(&mut transaction, PARTITION, Generation::LIVE, seen, events)
        .await
        .unwrap()
        .expect("nobody else applies");
    transaction.commit().await.unwrap();
}

/// Reads all days by the views and the tails; asserts that they are as folded. Returns
/// how many events the views spared.
async fn assert_stands(log: &Log, connection: &mut PgConnection, days: &Days) -> u64 {
    let wanted: Vec<_> = days.keys().cloned().collect();
    let views = StandingViews::new(log.clone());
    let standing = views.days(connection, PARTITION, &wanted).await.unwrap();
    assert_eq!(standing.len(), wanted.len());
    let mut spared = 0;
    for (day, (mut standing, (last, state))) in wanted
        .into_iter()
        .zip(standing.into_iter().zip(days.values()))
    {
        let (sequence, stream) = (
            standing.sequence,
            StreamId::ResourceDay(day.0.clone(), day.1),
        );
        assert_eq!(standing.last, *last);
        if sequence == 0 {
            standing.state = ResourceDay::default();
        }
        let tail = read_streams_after(connection, PARTITION, &[(stream, sequence)]).await;
        for recorded in &tail.unwrap()[0].events {
            let Event::ResourceDay(event) = &recorded.event else {
                panic!("an event in a stream of another type");
            };
            standing.state.evolve(event);
        }
        assert_eq!(standing.state, *state, "{day:?}");
        spared += sequence;
    }
    spared
}

async fn lived_through(database: &TestDatabase, steps: &[Step]) -> (Log, Vec<RecordedEvent>) {
    let node = Node::new(database).await;
    let mut world = World::new(&node.log).await;
    history(&mut world, steps).await;
    (node.log.clone(), world.events.clone())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_day_by_its_views_at_any_checkpoint_is_the_day_by_its_stream(
        steps in steps(1..120),
        cuts in proptest::collection::vec(0..1000_usize, 1..12),
    ) {
        block_on(async {
            let database = TestDatabase::new().await;
            let (log, events) = lived_through(&database, &steps).await;
            let days = folded(&events);
            let mut connection = log.pool().acquire().await.unwrap();
            let mut cuts: Vec<_> = cuts.iter().map(|cut| events.len() * cut / 1000).collect();
            cuts.extend([0, events.len()]);
            cuts.sort_unstable();
            let mut spared = 0;
            for cut in cuts {
                project(&mut connection, &View::ALL, &events[..cut]).await;
                spared = assert_stands(&log, &mut connection, &days).await;
            }
            let all: u64 = days.values().map(|(last, _)| last).sum();
            assert_eq!(spared, all);
        });
    }
}

#[tokio::test]
async fn views_at_different_positions_are_not_relied_on() {
    let database = TestDatabase::new().await;
    let (log, events) = lived_through(&database, &some_steps()).await;
    let days = folded(&events);
    let mut connection = log.pool().acquire().await.unwrap();
    project(&mut connection, &View::ALL, &events[..events.len() / 2]).await;
    project(&mut connection, &[View::Bookings], &events).await;
    assert_eq!(assert_stands(&log, &mut connection, &days).await, 0);
    project(&mut connection, &View::ALL, &events).await;
    assert!(assert_stands(&log, &mut connection, &days).await > 0);
}

#[tokio::test]
async fn views_of_a_history_that_is_not_there_are_not_relied_on() {
    let database = TestDatabase::new().await;
    let (log, events) = lived_through(&database, &some_steps()).await;
    let mut connection = log.pool().acquire().await.unwrap();
    project(&mut connection, &View::ALL, &events).await;
    let kept = events.len() / 2;
    sqlx::query("delete from events where position > $1")
        .bind(i64::try_from(kept).unwrap())
        .execute(&mut *connection)
        .await
        .unwrap();
    let days = folded(&events[..kept]);
    assert_eq!(assert_stands(&log, &mut connection, &days).await, 0);
}

#[tokio::test]
async fn views_of_a_history_that_another_has_overtaken_are_not_relied_on() {
    let database = TestDatabase::new().await;
    let (log, events) = lived_through(&database, &some_steps()).await;
    let mut connection = log.pool().acquire().await.unwrap();
    project(&mut connection, &View::ALL, &events).await;
    let views = StandingViews::new(log.clone());
    let (holds, at) = views.live_holds(PARTITION).await.unwrap();
    assert!(!holds.is_empty());
    assert_eq!(at.get(), events.len() as u64);

    // The log alone is put back, and goes further than the views have got.
    sqlx::raw_sql(
        "begin;
        delete from events where position > 1;
        update heads set position = 1, tip = (select coalesce(max(tip), 0) from events);
        commit",
    )
    .execute(&mut *connection)
    .await
    .unwrap();
    let other = Node::new(&database).await;
    let mut world = World::new(&other.log).await;
    world.steps = 1_000;
    while world.events.len() <= events.len() {
        history(&mut world, &some_steps()).await;
    }
    let days = folded(&world.events);
    assert_eq!(assert_stands(&log, &mut connection, &days).await, 0);
    let standing = views.live_holds(PARTITION).await.unwrap();
    assert_eq!(standing, (Vec::new(), Position::START));
}
