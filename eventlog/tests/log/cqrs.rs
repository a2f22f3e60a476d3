//! cqrs-es's own framework runs on the log.

use std::collections::HashMap;

use cqrs_es::{AggregateContext, AggregateError, CqrsFramework, EventStore};
use domain::{
    booking::Booking,
    calendar::SlotMask,
    resource::{Resource, ResourceCommand, ResourceSettings, SettingsFields, Terms},
    resource_day::{ResourceDay, ResourceDayCommand, SlotConflict},
};
use eventlog::{cqrs_store::CqrsStore, testing::TestDatabase};

use crate::support::{at, booking, node};

const DAY: &str = "studio-a/2026-11-24";

fn book(number: u64, slots: &str) -> ResourceDayCommand {
    ResourceDayCommand::BookSlots {
        booking_id: booking(0, number),
        session_id: None,
        slots: slots.parse().unwrap(),
    }
}

async fn load<A>(store: &CqrsStore, id: &str) -> A
where
    A: cqrs_es::Aggregate + Clone,
    CqrsStore: EventStore<A>,
{
    let mut context = store.load_aggregate(id).await.unwrap();
    context.aggregate().clone()
}

#[tokio::test]
async fn the_framework_books_and_refuses_on_the_log() {
    let database = TestDatabase::new().await;
    let store = CqrsStore::new(node(&database).await);
    let cqrs = CqrsFramework::<ResourceDay, _>::new(store.clone(), vec![], ());
    cqrs.execute(DAY, book(1, "56-59")).await.unwrap();
    cqrs.execute(DAY, book(2, "60-63")).await.unwrap();
    let refused = cqrs.execute(DAY, book(3, "58-61")).await;
    let taken: SlotMask = "58-61".parse().unwrap();
    assert!(
        matches!(refused, Err(AggregateError::UserError(SlotConflict::Booked(slots))) if slots == taken),
        "{refused:?}"
    );
    let day: ResourceDay = load(&store, DAY).await;
    assert_eq!(day.booked(), "56-63".parse().unwrap());
}

#[tokio::test]
async fn a_resources_settings_survive_the_way_through_the_framework() {
    let database = TestDatabase::new().await;
    let store = CqrsStore::new(node(&database).await);
    let fields: SettingsFields = serde_json::from_str(
        r#"{"name":"Studio A","timezone":"Europe/Berlin","durations":[60,120,300]}"#,
    )
    .unwrap();
    let settings = ResourceSettings::try_from(fields).unwrap();
    let cqrs = CqrsFramework::<Resource, _>::new(store.clone(), vec![], ());
    let put = ResourceCommand::Put {
        settings: Box::new(settings.clone()),
        now: at(1_000),
    };
    cqrs.execute("studio-a", put).await.unwrap();
    let resource: Resource = load(&store, "studio-a").await;
    assert_eq!(resource, Resource::Open(Terms::new(settings.clone())));
    let retire = ResourceCommand::Retire { now: at(2_000) };
    cqrs.execute("studio-a", retire).await.unwrap();
    let resource: Resource = load(&store, "studio-a").await;
    assert_eq!(resource, Resource::Retired(Terms::new(settings)));
}

#[tokio::test]
async fn a_commit_past_its_expected_version_is_an_aggregate_conflict() {
    let database = TestDatabase::new().await;
    let store = CqrsStore::new(node(&database).await);
    let cqrs = CqrsFramework::<ResourceDay, _>::new(store.clone(), vec![], ());
    let stale = EventStore::<ResourceDay>::load_aggregate(&store, DAY)
        .await
        .unwrap();
    cqrs.execute(DAY, book(1, "0-3")).await.unwrap();
    let events = domain::resource_day::decide(&ResourceDay::default(), &book(2, "0-3")).unwrap();
    let lost = EventStore::<ResourceDay>::commit(&store, events, stale, HashMap::new()).await;
    assert!(
        matches!(lost, Err(AggregateError::AggregateConflict)),
        "{lost:?}"
    );
}

#[tokio::test]
async fn an_aggregate_does_not_conflict_with_its_neighbours() {
    let database = TestDatabase::new().await;
    let store = CqrsStore::new(node(&database).await);
    let cqrs = CqrsFramework::<ResourceDay, _>::new(store.clone(), vec![], ());
    let context = EventStore::<ResourceDay>::load_aggregate(&store, DAY)
        .await
        .unwrap();
    cqrs.execute("studio-a/2026-11-25", book(1, "0-3"))
        .await
        .unwrap();
    let events = domain::resource_day::decide(&ResourceDay::default(), &book(2, "0-3")).unwrap();
    let committed = EventStore::<ResourceDay>::commit(&store, events, context, HashMap::new());
    assert_eq!(committed.await.unwrap()[0].sequence, 1);
}

#[tokio::test]
async fn metadata_comes_back_as_it_was_given_and_unknown_keys_are_refused() {
    let database = TestDatabase::new().await;
    let store = CqrsStore::new(node(&database).await);
    let cqrs = CqrsFramework::<ResourceDay, _>::new(store.clone(), vec![], ());
    let metadata: HashMap<String, String> = [
        ("actor", "admin"),
        ("actorId", "k1"),
        ("requestId", "r-1"),
        ("causation", "Import"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into();
    cqrs.execute_with_metadata(DAY, book(1, "0-3"), metadata.clone())
        .await
        .unwrap();
    let events = EventStore::<ResourceDay>::load_events(&store, DAY)
        .await
        .unwrap();
    assert_eq!(events[0].metadata, metadata);

    let unknown = HashMap::from([("ip".to_owned(), "::1".to_owned())]);
    let refused = cqrs
        .execute_with_metadata(DAY, book(2, "8-9"), unknown)
        .await;
    assert!(matches!(refused, Err(AggregateError::UnexpectedError(_))));
}

#[tokio::test]
async fn ids_that_address_no_stream_are_refused() {
    let database = TestDatabase::new().await;
    let store = CqrsStore::new(node(&database).await);
    for id in ["", "studio-a", "studio-a/2026-13-01"] {
        let loaded = EventStore::<ResourceDay>::load_events(&store, id).await;
        assert!(
            matches!(loaded, Err(AggregateError::UnexpectedError(_))),
            "{id:?}"
        );
    }
    let loaded = EventStore::<Booking>::load_events(&store, "not-a-uuid").await;
    assert!(loaded.is_err());
}
