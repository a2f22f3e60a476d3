//! A row says the same in its payload, its typed columns and its hash.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    booking::{BookingConfirmed, BookingEvent, SealedAttendee},
    calendar::{Buffers, SeatCount, SlotCount, SlotMask, Span},
    event::Event,
    hold::Lease,
    ids::{HoldId, ResourceId, SessionId},
    partition::Partition,
    resource_day::{HoldPlaced, HoldRenewed, ResourceDayEvent},
    stream::StreamId,
};
use eventlog::{
    Batch, HashVersion, HashedRow, Head, MaskColumn, PendingEvent, Position, Tip, TypedColumns,
    testing::TestDatabase,
};
use sqlx::FromRow;
use uuid::Uuid;

use crate::support::{append, at, booking, committed, metadata, node, resource};

#[derive(Debug, FromRow)]
struct Columns {
    resource_id: String,
    day: Option<NaiveDate>,
    mask: Option<MaskColumn>,
    booking_id: Option<Uuid>,
    hold_id: Option<Uuid>,
    session_id: Option<Uuid>,
    span_start: Option<DateTime<Utc>>,
    span_slots: Option<i32>,
    lease_expires_at: Option<DateTime<Utc>>,
}

fn session() -> SessionId {
    SessionId::new(Uuid::from_u128(1))
}

fn hold() -> HoldId {
    HoldId::new(Uuid::from_u128(2))
}

/// 22:00 to 02:00: two days.
fn span() -> Span {
    let start = "2026-11-24T22:00:00Z".parse().unwrap();
    Span::new(start, SlotCount::from_minutes(240).unwrap()).unwrap()
}

fn events(studio: &ResourceId, partition: Partition) -> Vec<PendingEvent> {
    let day = StreamId::ResourceDay(studio.clone(), span().first_day());
    let placed = HoldPlaced {
        hold_id: hold(),
        session_id: session(),
        span: span(),
        slots: span().mask_on(span().first_day()),
        lease: Lease::Checkout,
        placed_at: at(1_000),
        lease_expires_at: at(2_000),
        renewable_until: at(9_000),
        buffer: SlotMask::EMPTY,
        buffers: Buffers::NONE,
        quantity: SeatCount::ONE,
    };
    let renewed = HoldRenewed {
        hold_id: hold(),
        lease: Lease::Presence,
        renewed_at: at(1_500),
        lease_expires_at: at(3_000),
    };
    let confirmed = BookingConfirmed {
        booking_id: booking(partition.get(), 1),
        resource_id: studio.clone(),
        session_id: session(),
        span: span(),
        attendee: SealedAttendee("sealed".into()),
        fingerprint: None,
        confirmed_at: at(4_000),
        buffers: Buffers::NONE,
        quantity: SeatCount::ONE,
    };
    let pending = |stream: StreamId, sequence, event| PendingEvent {
        stream,
        sequence,
        event,
        metadata: metadata(),
        resource: studio.clone(),
    };
    vec![
        pending(
            day.clone(),
            1,
            Event::from(ResourceDayEvent::HoldPlaced(placed)),
        ),
        pending(day, 2, Event::from(ResourceDayEvent::HoldRenewed(renewed))),
        pending(
            StreamId::Booking(booking(partition.get(), 1)),
            1,
            Event::from(BookingEvent::BookingConfirmed(confirmed)),
        ),
    ]
}

async fn append_all(database: &TestDatabase) -> (eventlog::Log, eventlog::Commit) {
    let log = node(database).await;
    let studio = resource("studio-a");
    let partition = log.partition_of(&studio);
    let batch = Batch {
        partition,
        expected: Head::START,
        recorded_at: at(4_000),
        events: events(&studio, partition),
        keys: Vec::new(),
    };
    let outcome = log.append(&batch.prepare().unwrap()).await.unwrap();
    (log, committed(outcome))
}

#[tokio::test]
async fn typed_columns_hold_what_the_payload_says() {
    let database = TestDatabase::new().await;
    let (_log, commit) = append_all(&database).await;
    let partition = commit.events[0].partition.get();
    let rows: Vec<Columns> = sqlx::query_as("select * from events order by position")
        .fetch_all(database.pool())
        .await
        .unwrap();
    let [placed, renewed, confirmed] = rows.as_slice() else {
        panic!("{rows:?}");
    };
    assert!(rows.iter().all(|row| row.resource_id == "studio-a"));

    let day = span().first_day();
    assert_eq!(placed.day, Some(day.date()));
    assert_eq!(placed.mask, Some(MaskColumn(span().mask_on(day))));
    assert_eq!(placed.hold_id, Some(hold().uuid()));
    assert_eq!(placed.session_id, Some(session().uuid()));
    assert_eq!(placed.span_start, Some(span().start().to_datetime()));
    assert_eq!(placed.span_slots, Some(16));
    assert_eq!(placed.lease_expires_at, Some(at(2_000).to_datetime()));
    assert_eq!(placed.booking_id, None);

    assert_eq!(renewed.hold_id, Some(hold().uuid()));
    assert_eq!(renewed.lease_expires_at, Some(at(3_000).to_datetime()));
    assert_eq!((renewed.mask, renewed.session_id), (None, None));

    assert_eq!(confirmed.booking_id, Some(booking(partition, 1).uuid()));
    assert_eq!(confirmed.session_id, Some(session().uuid()));
    assert_eq!(confirmed.span_slots, Some(16));
    assert_eq!((confirmed.day, confirmed.mask), (None, None));
}

#[tokio::test]
async fn the_leftmost_bit_of_a_mask_is_slot_0() {
    let database = TestDatabase::new().await;
    let (_log, _) = append_all(&database).await;
    let mask: String = sqlx::query_scalar("select mask::text from events where position = 1")
        .fetch_one(database.pool())
        .await
        .unwrap();
    assert_eq!(mask, format!("{}{}", "0".repeat(88), "1".repeat(8)));
}

#[derive(FromRow)]
struct Stored {
    position: i64,
    aggregate_type: String,
    aggregate_id: String,
    sequence: i64,
    event_type: String,
    event_version: String,
    payload: String,
    metadata: String,
    recorded_at: DateTime<Utc>,
    hash: Vec<u8>,
    hash_version: i16,
    tip: Option<i64>,
    resource_id: String,
    #[sqlx(flatten)]
    columns: TypedColumns,
}

#[tokio::test]
async fn the_hash_is_that_of_the_stored_row() {
    let database = TestDatabase::new().await;
    let (_log, commit) = append_all(&database).await;
    let rows: Vec<Stored> = sqlx::query_as(
        "select position, aggregate_type, aggregate_id, sequence, event_type, event_version,
                payload::text, metadata::text, recorded_at, hash, hash_version, tip, resource_id,
                day, mask, booking_id, hold_id, session_id, span_start, span_slots,
                lease_expires_at
         from events order by position",
    )
    .fetch_all(database.pool())
    .await
    .unwrap();
    assert_eq!(rows.len(), commit.events.len());
    for (stored, recorded) in rows.iter().zip(commit.events.iter()) {
        let row = HashedRow {
            partition: recorded.partition,
            position: Position::new(stored.position.unsigned_abs()),
            aggregate_type: &stored.aggregate_type,
            aggregate_id: &stored.aggregate_id,
            sequence: stored.sequence.unsigned_abs(),
            event_type: &stored.event_type,
            event_version: &stored.event_version,
            payload: Some(&stored.payload),
            payload_hash: None,
            metadata: &stored.metadata,
            recorded_at: stored.recorded_at,
            tip: stored.tip.map(Tip),
            resource_id: &stored.resource_id,
            columns: stored.columns,
        };
        assert_eq!(stored.hash_version, HashVersion::LATEST.number());
        let hash = row.hash(HashVersion::LATEST);
        assert_eq!(hash.unwrap().as_slice(), stored.hash);
        assert_eq!(hash, Some(recorded.hash));
        assert_eq!(row.check(stored.hash_version, &stored.hash), Ok(()));
    }
}

#[tokio::test]
async fn a_payload_is_stored_to_the_byte() {
    let database = TestDatabase::new().await;
    let (_log, commit) = append_all(&database).await;
    let payloads: Vec<String> =
        sqlx::query_scalar("select payload::text from events order by position")
            .fetch_all(database.pool())
            .await
            .unwrap();
    let written = commit.events.iter().map(|event| event.event.payload());
    assert_eq!(payloads, written.map(Result::unwrap).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_renewal_that_retention_has_emptied_still_reads() {
    let database = TestDatabase::new().await;
    let (log, commit) = append_all(&database).await;
    sqlx::query("update events set payload = null where event_type = 'HoldRenewed'")
        .execute(database.pool())
        .await
        .unwrap();
    let stream = commit.events[0].stream.clone();
    let partition = commit.events[0].partition;
    let streams = log.read_streams(partition, &[stream]).await.unwrap();
    let Event::ResourceDay(ResourceDayEvent::HoldRenewed(renewed)) = &streams[0].events[1].event
    else {
        panic!("{streams:?}");
    };
    assert_eq!(renewed.hold_id, hold());
    assert_eq!(renewed.lease_expires_at, at(3_000));
}

#[tokio::test]
async fn a_row_that_is_not_as_written_is_told_with_its_place() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let partition = log.partition_of(&studio);
    append(&log, &studio, 1, 3).await;
    for (change, told) in [
        (
            "update events set payload = null where position = 2",
            "position 2: a SlotsBooked has no payload",
        ),
        (
            "update events set aggregate_type = 'Room' where position = 2",
            "position 2: no stream is called Room",
        ),
        (
            "delete from events where position = 2",
            "position 2 is missing",
        ),
        (
            "delete from events where position > 1",
            "the head is at 3 and the events end at 1",
        ),
    ] {
        sqlx::query(change).execute(database.pool()).await.unwrap();
        let error = log.read_tail(partition, Head::START).await.unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
    }
}
