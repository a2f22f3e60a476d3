//! Forgetting a person, and nothing else.

use domain::{
    booking::{Booking, ConfirmedBooking},
    event::Event,
    ids::BookingId,
    stream::StreamId,
};
use eventlog::{AttendeeCipher, Log, MasterKey, WrappedKey, testing::TestDatabase};
use sqlx::{Executor, PgPool};

use crate::{
    harness::{self, write_views},
    support::Node,
    upgrades::{ANNS, upgraded},
};

/// Another booking of the first release's database.
const BOBS: &str = "00060247-4bc6-816d-9741-a2a09fd6c492";

async fn read(log: &Log, id: BookingId) -> ConfirmedBooking {
    let streams = [StreamId::Booking(id)];
    let read = log.read_streams(id.partition(), &streams).await.unwrap();
    let mut booking = Booking::default();
    for recorded in &read[0].events {
        if let Event::Booking(event) = &recorded.event {
            booking.evolve(event);
        }
    }
    booking.get().unwrap().clone()
}

/// Every key that the database has.
async fn keys(database: &TestDatabase) -> Vec<WrappedKey> {
    let keys: Vec<Vec<u8>> = sqlx::query_scalar("select wrapped_key from booking_keys")
        .fetch_all(database.pool())
        .await
        .unwrap();
    keys.into_iter().map(WrappedKey).collect()
}

/// What who has the whole database and the master key can read of a booking's
/// attendee.
async fn readable(database: &TestDatabase, log: &Log, id: &str) -> Option<String> {
    let booking = read(log, id.parse().unwrap()).await;
    let cipher = AttendeeCipher::new(MasterKey::new([7; 32]));
    let keys = keys(database).await;
    let opened = keys
        .iter()
        .find_map(|key| cipher.open(booking.id(), booking.attendee(), key).ok());
    opened.map(|plain| String::from_utf8(plain).unwrap())
}

async fn count(pool: &PgPool, query: &str) -> i64 {
    sqlx::query_scalar(query).fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn an_erased_person_can_be_read_by_nobody_and_everything_else_by_everybody() {
    let database = upgraded().await;
    let node = Node::of(&database, 1).await;
    let before = read(&node.log, ANNS.parse().unwrap()).await;
    let anns = readable(&database, &node.log, ANNS).await;
    assert!(anns.unwrap().contains("Ann Example"));

    let erased = harness::replay(&database, &["erase", "--booking", ANNS]);
    assert_eq!(erased.code, Some(0), "{erased:?}");
    let erasure = &erased.documents[0]["erasures"][0];
    assert_eq!(erasure["bookingId"], ANNS);
    assert_eq!(
        (&erasure["before"], &erasure["keyDeleted"]),
        (&false.into(), &true.into())
    );
    assert_eq!(erased.documents[0]["purged"], true);

    assert_eq!(readable(&database, &node.log, ANNS).await, None);
    let bobs = readable(&database, &node.log, BOBS).await;
    assert!(bobs.unwrap().contains("Bob Example"));
    let after = read(&node.log, ANNS.parse().unwrap()).await;
    assert_eq!(
        after.erased_at.unwrap().to_string(),
        erasure["erasedAt"].as_str().unwrap()
    );
    let but_for_that = ConfirmedBooking {
        erased_at: None,
        revision: before.revision,
        ..after
    };
    assert_eq!(but_for_that, before, "its slots, its days, its maker");
    assert_eq!(
        count(database.pool(), "select count(*) from events").await,
        39
    );

    write_views(&node).await;
    let verified = harness::replay(&database, &["verify"]);
    assert_eq!(verified.code, Some(0), "{:?}", verified.documents);
}

#[tokio::test]
async fn what_is_erased_again_is_said_to_have_been_and_changes_nothing() {
    let database = upgraded().await;
    let first = harness::replay(&database, &["erase", "--booking", ANNS]);
    let events = count(database.pool(), "select count(*) from events").await;
    let again = harness::replay(&database, &["erase", "--booking", ANNS]);
    assert_eq!(again.code, Some(0));
    let (first, again) = (
        &first.documents[0]["erasures"][0],
        &again.documents[0]["erasures"][0],
    );
    assert_eq!(
        (&again["before"], &again["keyDeleted"]),
        (&true.into(), &false.into())
    );
    assert_eq!(again["erasedAt"], first["erasedAt"]);
    assert_eq!(again["position"], first["position"]);
    assert_eq!(
        count(database.pool(), "select count(*) from events").await,
        events
    );
}

#[tokio::test]
async fn an_erasure_that_was_interrupted_is_found_and_finished() {
    let database = upgraded().await;
    let key: Vec<u8> =
        sqlx::query_scalar("select wrapped_key from booking_keys where booking_id::text = $1")
            .bind(ANNS)
            .fetch_one(database.pool())
            .await
            .unwrap();
    harness::replay(&database, &["erase", "--booking", ANNS]);
    // As if it had ended after its event; or as a restored backup of keys has it.
    let id: BookingId = ANNS.parse().unwrap();
    sqlx::query("insert into booking_keys values ($1, $2, $3)")
        .bind(i16::try_from(id.partition().get()).unwrap())
        .bind(id.uuid())
        .bind(key)
        .execute(database.pool())
        .await
        .unwrap();
    write_views(&Node::of(&database, 1).await).await;
    let verified = harness::replay(&database, &["verify"]);
    assert_eq!(verified.code, Some(3));
    assert_eq!(verified.documents[0]["faultCount"], 1);
    assert!(verified.names("erasures", ANNS, None), "{verified:?}");
    let again = harness::replay(&database, &["erase", "--booking", ANNS]);
    let again = &again.documents[0]["erasures"][0];
    assert_eq!(
        (&again["before"], &again["keyDeleted"]),
        (&true.into(), &true.into())
    );
    let verified = harness::replay(&database, &["verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[tokio::test]
async fn of_an_unknown_booking_and_a_known_one_neither_is_erased() {
    let database = upgraded().await;
    let unknown = "0001f34c-a48c-842b-a0f9-000000000000";
    let elsewhere = "0fff0247-4bc6-816d-9741-a2a09fd6c492";
    for stranger in [unknown, elsewhere] {
        let said = harness::fails(
            &database,
            &["erase", "--booking", ANNS, "--booking", stranger],
        );
        assert!(
            said.contains(&format!("booking {stranger} was never made")),
            "{said}"
        );
    }
    assert_eq!(keys(&database).await.len(), 4);
    assert_eq!(
        count(database.pool(), "select count(*) from events").await,
        38
    );
}

/// The file in which the keys lie, as it is on the disk.
async fn file(database: &TestDatabase) -> Vec<u8> {
    database.pool().execute("checkpoint").await.unwrap();
    sqlx::query_scalar("select pg_read_binary_file(pg_relation_filepath('booking_keys'))")
        .fetch_one(database.pool())
        .await
        .unwrap()
}

fn lies_in(file: &[u8], key: &WrappedKey) -> bool {
    file.windows(key.0.len()).any(|bytes| bytes == key.0)
}

#[tokio::test]
async fn the_bytes_of_an_erased_key_are_gone_from_the_file_that_they_lay_in() {
    let database = upgraded().await;
    let log = Node::of(&database, 1).await.log.clone();
    let [anns, bobs] = [ANNS, BOBS].map(|id| id.parse::<BookingId>().unwrap());
    let anns = log.booking_key(anns).await.unwrap().unwrap();
    let bobs = log.booking_key(bobs).await.unwrap().unwrap();
    assert!(lies_in(&file(&database).await, &anns));
    let arguments = ["erase", "--no-purge", "--booking", ANNS];
    let unpurged = harness::replay(&database, &arguments);
    assert_eq!(unpurged.documents[0]["purged"], false);
    assert!(lies_in(&file(&database).await, &anns), "so --no-purge says");
    harness::replay(&database, &["erase", "--booking", ANNS]);
    let file = file(&database).await;
    assert!(!lies_in(&file, &anns));
    assert!(lies_in(&file, &bobs));
}

#[tokio::test]
async fn who_may_still_see_a_deleted_key_is_named_and_waited_for() {
    let database = upgraded().await;
    let log = Node::of(&database, 1).await.log.clone();
    let key = log
        .booking_key(ANNS.parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    let mut reader = database.pool().begin().await.unwrap();
    reader
        .execute("set transaction isolation level repeatable read; set application_name = 'a slow reader'; select 1")
        .await
        .unwrap();
    let said = harness::fails(&database, &["erase", "--wait", "1", "--booking", ANNS]);
    assert!(said.contains("the keys are deleted, but process"), "{said}");
    assert!(said.contains("(a slow reader, since "), "{said}");
    assert_eq!(log.booking_key(ANNS.parse().unwrap()).await.unwrap(), None);
    reader.rollback().await.unwrap();
    let again = harness::replay(&database, &["erase", "--booking", ANNS]);
    assert_eq!(again.documents[0]["purged"], true);
    assert!(!lies_in(&file(&database).await, &key));
}

#[tokio::test]
async fn a_key_is_said_to_be_deleted_though_its_table_is_in_use() {
    let database = upgraded().await;
    let mut reader = database.pool().begin().await.unwrap();
    // As an index that is made: it keeps no row from being seen, and its place is kept
    // until the end.
    reader
        .execute("lock table booking_keys in share update exclusive mode")
        .await
        .unwrap();
    loop {
        let said = harness::fails(&database, &["erase", "--wait", "0", "--booking", ANNS]);
        assert!(said.contains("the keys are deleted, but"), "{said}");
        if said.contains("booking_keys is in use") {
            break;
        }
        // Transactions of other tests come first, and end.
        assert!(said.contains("is older and may still see them"), "{said}");
    }
    reader.rollback().await.unwrap();
    let again = harness::replay(&database, &["erase", "--booking", ANNS]);
    assert_eq!(again.documents[0]["purged"], true);
}

#[tokio::test]
async fn who_writes_in_another_database_keeps_a_deleted_key_too() {
    let (database, another) = (upgraded().await, TestDatabase::new().await);
    let log = Node::of(&database, 1).await.log.clone();
    let anns = ANNS.parse().unwrap();
    let key = log.booking_key(anns).await.unwrap().unwrap();
    let mut writer = another.pool().begin().await.unwrap();
    writer
        .execute("set application_name = 'a slow writer'; select pg_current_xact_id()")
        .await
        .unwrap();
    let said = harness::fails(&database, &["erase", "--wait", "1", "--booking", ANNS]);
    assert!(said.contains("(a slow writer, since "), "{said}");
    writer.rollback().await.unwrap();
    harness::replay(&database, &["erase", "--booking", ANNS]);
    assert!(!lies_in(&file(&database).await, &key));
}

#[tokio::test]
async fn what_was_done_is_told_in_words() {
    let database = upgraded().await;
    let said = harness::said(&database, &["erase", "--booking", ANNS]);
    let lines: Vec<_> = said.lines().collect();
    assert!(lines[0].starts_with(&format!("who booking {ANNS} is for is erased, at ")));
    assert!(lines[0].ends_with("; its key is deleted"));
    let again = harness::said(&database, &["erase", "--booking", ANNS]);
    assert!(again.contains("is for was erased already, at "), "{again}");
    assert!(again.contains("; it has no key"), "{again}");
}

#[tokio::test]
async fn an_auditor_sees_that_somebody_was_erased_when_and_from_where() {
    let database = upgraded().await;
    harness::replay(&database, &["erase", "--booking", ANNS]);
    let told = harness::said(&database, &["audit", "booking", ANNS]);
    let erased = told.lines().find(|line| line.contains("attendee erased"));
    let words: Vec<_> = erased.unwrap().split_whitespace().collect();
    assert!(words.ends_with(&["who", "it", "is", "for"]), "{told}");
    assert!(erased.unwrap().contains("admin command-line"), "{told}");
}

#[tokio::test]
async fn a_seal_of_before_an_erasure_holds_after_it() {
    let database = upgraded().await;
    let folder = tempfile::tempdir().unwrap();
    let seal = folder.path().join("seal.json");
    let seal = seal.to_str().unwrap();
    harness::said(&database, &["seal", "--out", seal]);
    harness::replay(&database, &["erase", "--booking", ANNS]);
    let verified = harness::replay(&database, &["verify", "--seal", seal]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}
