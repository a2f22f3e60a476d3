use domain::booking::SealedAttendee;
use eventlog::{
    AttendeeCipher, Batch, Head, KeyError, Log, LogError, LogSettings, MasterKey, WrappedKey,
    testing::TestDatabase,
};

use crate::support::{at, booked, booking, committed, node, resource, settings};

const ATTENDEE: &[u8] = br#"{"name":"A","email":"a@example.org"}"#;

fn cipher() -> AttendeeCipher {
    AttendeeCipher::new(MasterKey::new([7; 32]))
}

#[test]
fn a_sealed_attendee_opens_for_its_booking_alone() {
    let (sealed, key) = cipher().seal(booking(0, 1), ATTENDEE).unwrap();
    assert_eq!(
        cipher().open(booking(0, 1), &sealed, &key).unwrap(),
        ATTENDEE
    );
    assert!(!sealed.0.contains("example"));

    let closed = Err(KeyError::DoesNotOpen);
    assert_eq!(cipher().open(booking(0, 2), &sealed, &key), closed);
    let (_, other_key) = cipher().seal(booking(0, 1), ATTENDEE).unwrap();
    assert_eq!(cipher().open(booking(0, 1), &sealed, &other_key), closed);
    let stranger = AttendeeCipher::new(MasterKey::new([8; 32]));
    assert_eq!(stranger.open(booking(0, 1), &sealed, &key), closed);
}

#[test]
fn what_was_changed_or_cut_does_not_open() {
    let (sealed, key) = cipher().seal(booking(0, 1), ATTENDEE).unwrap();
    let closed = Err(KeyError::DoesNotOpen);
    for text in ["", "AAAA", "not base64", &sealed.0[4..]] {
        let sealed = SealedAttendee(text.into());
        assert_eq!(
            cipher().open(booking(0, 1), &sealed, &key),
            closed,
            "{text:?}"
        );
    }
    for wrapped in [vec![], vec![0; 23], key.0[1..].to_vec()] {
        assert_eq!(
            cipher().open(booking(0, 1), &sealed, &WrappedKey(wrapped)),
            closed
        );
    }
}

#[test]
fn the_same_attendee_is_sealed_differently_each_time() {
    let (one, _) = cipher().seal(booking(0, 1), ATTENDEE).unwrap();
    let (two, _) = cipher().seal(booking(0, 1), ATTENDEE).unwrap();
    assert_ne!(one, two);
}

#[test]
fn keys_are_never_printed() {
    let master = MasterKey::new([0x42; 32]);
    let printed = format!(
        "{master:?} {:?} {:?}",
        cipher(),
        eventlog::BookingKey::generate()
    );
    assert_eq!(printed, "MasterKey(…) AttendeeCipher(…) Ok(BookingKey(…))");
}

#[test]
fn each_purpose_has_a_key_of_its_own() {
    let master = MasterKey::new([7; 32]);
    assert_eq!(master.derive("one"), master.derive("one"));
    assert_ne!(master.derive("one"), master.derive("two"));
    assert_ne!(master.derive("one"), MasterKey::new([8; 32]).derive("one"));
}

#[tokio::test]
async fn erasing_a_bookings_key_leaves_the_attendee_unreadable() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let partition = log.partition_of(&studio);
    let id = booking(partition.get(), 1);
    let (sealed, key) = cipher().seal(id, ATTENDEE).unwrap();
    let batch = Batch {
        partition,
        expected: Head::START,
        recorded_at: at(1),
        events: vec![booked(&studio, "2026-11-24", 1)],
        keys: vec![(id, key)],
    };
    committed(log.append(&batch.prepare().unwrap()).await.unwrap());

    let key = log.booking_key(id).await.unwrap().unwrap();
    assert_eq!(cipher().open(id, &sealed, &key).unwrap(), ATTENDEE);
    sqlx::query("delete from booking_keys")
        .execute(database.pool())
        .await
        .unwrap();
    assert_eq!(log.booking_key(id).await.unwrap(), None);
}

#[tokio::test]
async fn a_node_with_another_master_key_does_not_open_the_log() {
    let database = TestDatabase::new().await;
    let first = node(&database).await;
    let stranger = LogSettings {
        master_key: MasterKey::new([8; 32]),
        ..settings()
    };
    let refused = Log::open(eventlog::pool(database.options(), 2), stranger).await;
    assert!(matches!(refused, Err(LogError::WrongMasterKey)));
    let second = node(&database).await;
    assert_eq!(first.epoch(), second.epoch());
}

#[tokio::test]
async fn a_log_keeps_the_partitions_that_it_was_made_with() {
    let database = TestDatabase::new().await;
    let made = node(&database).await;
    let other = LogSettings {
        partitions: 16.try_into().unwrap(),
        ..settings()
    };
    let opened = Log::open(eventlog::pool(database.options(), 2), other)
        .await
        .unwrap();
    assert_eq!(opened.partition_count(), made.partition_count());
}
