//! Databases of earlier releases, as they are out there.

use std::{collections::BTreeSet, path::Path};

use domain::{booking::Booking, event::Event, ids::BookingId, stream::StreamId};
use eventlog::{AttendeeCipher, MasterKey, testing::TestDatabase};
use sqlx::PgPool;

use crate::{
    harness::{self, write_views},
    support::{A, Node, World, book_of, dump, put, span, studio_a},
};

const FIRST_RELEASE: &str = include_str!("../fixtures/releases/0.1.0.sql");

/// A booking of the first release, whose three days were held and renewed before.
pub(crate) const ANNS: &str = "0001f34c-a48c-842b-a0f9-d739b4a52059";

async fn first_release() -> TestDatabase {
    let database = TestDatabase::empty().await;
    // Of its own: the dump leaves settings behind.
    let pool = PgPool::connect_with(database.options()).await.unwrap();
    sqlx::raw_sql(FIRST_RELEASE).execute(&pool).await.unwrap();
    pool.close().await;
    database
}

/// A database of the first release, as the present one makes of it.
pub(crate) async fn upgraded() -> TestDatabase {
    let database = first_release().await;
    eventlog::migrate(database.pool()).await.unwrap();
    database
}

/// The rows of a table of the first release, as it had them.
async fn rows(database: &TestDatabase, columns: &str, table: &str) -> Vec<String> {
    let query = format!("select row({columns})::text from {table} order by 1");
    sqlx::query_scalar(&query)
        .fetch_all(database.pool())
        .await
        .unwrap()
}

/// What a log is made of, in the columns of the first release.
pub(crate) async fn log_rows(database: &TestDatabase) -> Vec<String> {
    let events = "partition, position, aggregate_type, aggregate_id, sequence, event_type, \
        event_version, payload, metadata, recorded_at, hash, tip, resource_id, day, mask, \
        booking_id, hold_id, session_id, span_start, span_slots, lease_expires_at";
    let mut all = rows(database, "id, partitions, master_key_check", "log").await;
    all.extend(rows(database, "partition, position, tip, last_at", "heads").await);
    all.extend(rows(database, events, "events").await);
    all.extend(
        rows(
            database,
            "partition, booking_id, wrapped_key",
            "booking_keys",
        )
        .await,
    );
    all
}

/// A row of a view of the first release as it is now: it keeps nothing free, and takes one
/// seat.
fn without_rules(row: &str) -> String {
    let values = match row.split_once(' ').map(|(view, _)| view) {
        Some("daily_availability") => ",,,)",
        Some("resources") => ",1)",
        Some("presence" | "bookings") => ",0,0,1)",
        _ => return row.to_owned(),
    };
    format!("{}{values}", row.strip_suffix(')').unwrap())
}

#[tokio::test]
async fn a_database_of_the_first_release_upgrades_in_place_and_verifies() {
    let database = first_release().await;
    let (before, views) = (log_rows(&database).await, dump(database.pool()).await);
    eventlog::migrate(database.pool()).await.unwrap();
    assert_eq!(log_rows(&database).await, before);
    let views: Vec<_> = views.iter().map(|row| without_rules(row)).collect();
    assert_eq!(dump(database.pool()).await, views);
    let verified = harness::replay(&database, &["verify"]);
    assert_eq!(verified.code, Some(0), "{:?}", verified.documents);
    assert_eq!(verified.documents[0]["events"], 38);
}

#[tokio::test]
async fn an_upgraded_database_goes_on() {
    let database = upgraded().await;
    let node = Node::of(&database, 1).await;
    assert_eq!(node.log.partition_count().get(), 8, "it keeps its own");
    let mut world = World::new(&node.log).await;
    world.does(put(&studio_a(), "Studio A, refurbished")).await;
    let partition = node.log.partition_of(&studio_a());
    let booking = BookingId::from_bits(partition, [9; 16]);
    let later = span("2027-03-20T09:00", 60);
    world.does(book_of(&studio_a(), A, later, booking)).await;
    write_views(&node).await;
    let verified = harness::replay(&database, &["verify"]);
    assert_eq!(verified.code, Some(0), "{:?}", verified.documents);
}

#[tokio::test]
async fn who_an_old_booking_is_for_can_still_be_read() {
    let database = upgraded().await;
    let node = Node::of(&database, 1).await;
    let id: BookingId = ANNS.parse().unwrap();
    let streams = [StreamId::Booking(id)];
    let read = node.log.read_streams(id.partition(), &streams).await;
    let mut booking = Booking::default();
    for recorded in &read.unwrap()[0].events {
        if let Event::Booking(event) = &recorded.event {
            booking.evolve(event);
        }
    }
    let key = node.log.booking_key(id).await.unwrap().unwrap();
    let cipher = AttendeeCipher::new(MasterKey::new([7; 32]));
    let plain = cipher.open(id, booking.get().unwrap().attendee(), &key);
    let plain = String::from_utf8(plain.unwrap()).unwrap();
    assert!(plain.contains(r#""name":"Ann Example""#), "{plain}");
}

/// Everything that a schema is made of, as PostgreSQL describes it.
async fn schema(database: &TestDatabase) -> Vec<String> {
    let columns = "select format('%s.%s %s %s %s %s', table_name, column_name, data_type, \
        collation_name, is_nullable, column_default) from information_schema.columns \
        where table_schema = 'public' order by 1";
    let constraints = "select format('%s %s %s', conrelid::regclass, conname, \
        pg_get_constraintdef(oid)) from pg_constraint \
        where connamespace = 'public'::regnamespace order by 1";
    let indexes = "select indexdef from pg_indexes where schemaname = 'public' order by 1";
    let views = "select format('%s %s', viewname, definition) from pg_views \
        where schemaname = 'public' order by 1";
    let functions = "select pg_get_functiondef(oid) from pg_proc \
        where pronamespace = 'public'::regnamespace order by 1";
    let triggers =
        "select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal order by 1";
    let storage = "select format('%s %s', relname, reloptions) from pg_class \
        where relnamespace = 'public'::regnamespace order by 1";
    let mut all = Vec::new();
    for query in [
        columns,
        constraints,
        indexes,
        views,
        functions,
        triggers,
        storage,
    ] {
        let found: Vec<String> = sqlx::query_scalar(query)
            .fetch_all(database.pool())
            .await
            .unwrap();
        all.extend(found);
    }
    all
}

#[tokio::test]
async fn an_upgraded_database_has_the_schema_of_a_new_one() {
    let old = upgraded().await;
    let new = TestDatabase::new().await;
    assert_eq!(schema(&old).await, schema(&new).await);
}

#[tokio::test]
async fn an_index_whose_building_was_interrupted_is_built_again() {
    let old = first_release().await;
    let interrupted = "create unique index events_expected_version_bytewise on events \
        (partition, aggregate_type collate \"C\", aggregate_id collate \"C\", sequence); \
        update pg_index set indisvalid = false \
        where indexrelid = 'events_expected_version_bytewise'::regclass";
    let done = sqlx::raw_sql(interrupted).execute(old.pool()).await;
    done.unwrap();
    eventlog::migrate(old.pool()).await.unwrap();
    let new = TestDatabase::new().await;
    assert_eq!(schema(&old).await, schema(&new).await);
    let valid: bool = sqlx::query_scalar(
        "select bool_and(indisvalid) from pg_index where indrelid = 'events'::regclass",
    )
    .fetch_one(old.pool())
    .await
    .unwrap();
    assert!(valid);
}

#[tokio::test]
async fn servers_that_migrate_at_once_take_turns() {
    let database = first_release().await;
    let migrate = async || {
        let pool = eventlog::pool(database.options(), 1);
        eventlog::migrate(&pool).await
    };
    let (one, other, third) = tokio::join!(migrate(), migrate(), migrate());
    for migrated in [one, other, third] {
        migrated.unwrap();
    }
}

#[tokio::test]
async fn who_might_read_the_stock_repository_s_view_still_may() {
    let database = first_release().await;
    let role = format!("reader_of_{}", database.options().get_database().unwrap());
    let sql = async |statements: String| {
        let done = sqlx::raw_sql(&statements).execute(database.pool()).await;
        done.unwrap();
    };
    let grant = format!("grant select on postgres_es_events to {role}");
    sql(format!("create role {role}; {grant}")).await;
    eventlog::migrate(database.pool()).await.unwrap();
    let may: bool = sqlx::query_scalar("select has_table_privilege($1, $2, 'select')")
        .bind(&role)
        .bind("postgres_es_events")
        .fetch_one(database.pool())
        .await
        .unwrap();
    sql(format!("drop owned by {role}; drop role {role}")).await;
    assert!(may);
}

/// What the first release wrote.
const FIRST_TYPES: [&str; 13] = [
    "BookingCancelled",
    "BookingConfirmed",
    "BookingRescheduled",
    "HoldConsumed",
    "HoldExpired",
    "HoldPlaced",
    "HoldReleased",
    "HoldRenewed",
    "ResourceChanged",
    "ResourceRegistered",
    "ResourceRetired",
    "SlotsBooked",
    "SlotsFreed",
];

/// So that what is replayed above leaves nothing out that its release wrote.
#[tokio::test]
async fn the_first_release_s_database_has_an_event_of_every_type() {
    let database = first_release().await;
    let found = rows(&database, "event_type, event_version", "events").await;
    let found: BTreeSet<String> = found.into_iter().collect();
    let written = FIRST_TYPES.map(|name| format!("({name},1.0)"));
    assert_eq!(found, BTreeSet::from(written));
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/tests/fixtures/events");
    for name in FIRST_TYPES {
        let fixture = fixtures.join(format!("1.0/{name}.json"));
        assert!(
            fixture.exists(),
            "{name} has a payload of its own among the fixtures"
        );
    }
}
