//! The stock repository of postgres-es reads our streams: an independent reader.

use cqrs_es::{
    Aggregate, AggregateContext, EventStore,
    persist::{PersistedEventRepository, PersistedEventStore, SerializedEvent},
};
use domain::{resource_day::ResourceDay, stream::StreamId};
use eventlog::{Log, testing::TestDatabase};
use postgres_es::PostgresEventRepository;
use serde_json::json;
use sqlx::Row;

use crate::support::{append, node, resource};

fn repository(database: &TestDatabase) -> PostgresEventRepository {
    PostgresEventRepository::new(database.pool().clone()).with_tables("postgres_es_events", "none")
}

/// The day folded from what our own reader reads.
async fn fold(log: &Log, stream: StreamId) -> ResourceDay {
    let StreamId::ResourceDay(resource, _) = &stream else {
        panic!("not a day");
    };
    let partition = log.partition_of(resource);
    let mut day = ResourceDay::default();
    for event in &log.read_streams(partition, &[stream]).await.unwrap()[0].events {
        match &event.event {
            domain::event::Event::ResourceDay(event) => day.evolve(event),
            other => panic!("{other:?}"),
        }
    }
    day
}

#[tokio::test]
async fn the_stock_store_folds_our_streams_to_the_same_state() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let stock = PersistedEventStore::<_, ResourceDay>::new_event_store(repository(&database));
    for name in ["studio-a", "studio-b", "studio-c", "studio-d"] {
        let commit = append(&log, &resource(name), 1, 7).await;
        let stream = commit.events[0].stream.clone();
        let mut context = stock.load_aggregate(&stream.aggregate_id()).await.unwrap();
        let ours = fold(&log, stream).await;
        assert_eq!(*context.aggregate(), ours);
        assert_eq!(ours.booked().count(), 7);
    }
}

#[tokio::test]
async fn the_stock_repository_reads_every_column() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let commit = append(&log, &resource("studio-a"), 1, 2).await;
    let events = repository(&database)
        .get_events::<ResourceDay>("studio-a/2026-11-24")
        .await
        .unwrap();
    assert_eq!(events.len(), 2);
    for (read, recorded) in events.iter().zip(commit.events.iter()) {
        assert_eq!(read.aggregate_type, "ResourceDay");
        assert_eq!(read.sequence as u64, recorded.sequence);
        assert_eq!(read.event_type, recorded.event.event_type());
        assert_eq!(read.event_version, recorded.event.event_version());
        assert_eq!(read.payload.to_string(), recorded.event.payload().unwrap());
        assert_eq!(
            read.metadata,
            json!({"actor": "system", "causation": "Test"})
        );
    }
}

#[tokio::test]
async fn writing_through_the_view_fails_and_says_why() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    append(&log, &resource("studio-a"), 1, 1).await;
    let event = SerializedEvent::new(
        "studio-a/2026-11-24".into(),
        2,
        ResourceDay::TYPE.into(),
        "SlotsBooked".into(),
        "1.0".into(),
        json!({}),
        json!({}),
    );
    let refused = repository(&database)
        .persist::<ResourceDay>(&[event], None)
        .await;
    let refused = refused.unwrap_err().to_string();
    assert!(
        refused.contains("postgres_es_events is for reading"),
        "{refused}"
    );
    for statement in [
        "update postgres_es_events set event_version = '2.0'",
        "delete from postgres_es_events",
    ] {
        let refused = sqlx::query(statement).execute(database.pool()).await;
        let refused = refused.unwrap_err().to_string();
        assert!(
            refused.contains("postgres_es_events is for reading"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn the_stock_question_goes_through_the_index_of_expected_versions() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    for (nth, name) in ["studio-a", "studio-b", "studio-c", "studio-d"]
        .iter()
        .enumerate()
    {
        append(&log, &resource(name), 1, 1_000 + nth as u64).await;
    }
    sqlx::query("analyze")
        .execute(database.pool())
        .await
        .unwrap();
    let plan = sqlx::query(
        "explain select aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata
         from postgres_es_events
         where aggregate_type = 'ResourceDay' and aggregate_id = 'studio-x/2026-11-24'
         order by sequence",
    )
    .fetch_all(database.pool())
    .await
    .unwrap();
    let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
    let plan = plan.join("\n");
    assert!(
        plan.contains("Index Scan using events_expected_version"),
        "{plan}"
    );
    assert!(plan.contains("(partition = heads.partition)"), "{plan}");
}
