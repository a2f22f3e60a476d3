//! `verify` finds whatever is planted, and nothing where nothing was.

use domain::{
    booking::{BookingConfirmed, BookingEvent, SealedAttendee},
    calendar::{Buffers, SeatCount, SlotMask},
    event::Event,
    partition::Partition,
    resource_day::{HoldReleased, ReleaseReason, ResourceDayEvent, SlotsBooked},
    stream::StreamId,
};
use eventlog::{
    Actor, AppendOutcome, Batch, Metadata, PendingEvent, Position, testing::TestDatabase,
};

use crate::{
    harness::Past,
    support::{A, Node, TUESDAY, booking_id, day, hold_id, span, studio_a},
};

const TUESDAY_STREAM: &str = "ResourceDay studio-a/2026-11-24";

/// Plants a fault, verifies, and expects to be told of it: of which promise, at
/// which place, and where that is one, at which position.
async fn assert_found(plant: &str, promise: &str, place: &str, position: Option<u64>) {
    let past = Past::new().await;
    past.sql(plant).await;
    assert_told(&past, promise, place, position);
}

#[track_caller]
fn assert_told(past: &Past, promise: &str, place: &str, position: Option<u64>) {
    let said = past.replay(&["verify"]);
    assert_eq!(said.code, Some(3), "{said:#?}");
    assert!(said.names(promise, place, position), "{said:#?}");
}

/// Appends what nobody decided, as a broken server might.
async fn append(past: &Past, events: Vec<(StreamId, Event)>) {
    let partition = Partition::new(0);
    let expected = past.node.log.head(partition).await.unwrap();
    let mut pending: Vec<PendingEvent> = Vec::new();
    for (stream, event) in events {
        let before = past.world.events.iter().map(|event| &event.stream);
        let before = before.chain(pending.iter().map(|event| &event.stream));
        let sequence = before.filter(|other| **other == stream).count() as u64 + 1;
        pending.push(PendingEvent {
            stream,
            sequence,
            event,
            metadata: Metadata {
                actor: Actor::System,
                request_id: None,
                causation: "Test".into(),
            },
            resource: studio_a(),
        });
    }
    let batch = Batch {
        partition,
        expected,
        recorded_at: past.world.now,
        events: pending,
        keys: Vec::new(),
    };
    let appended = past
        .node
        .log
        .append(&batch.prepare().unwrap())
        .await
        .unwrap();
    assert!(matches!(appended, AppendOutcome::Appended(_)));
    past.write_views().await;
}

fn tuesday() -> StreamId {
    StreamId::ResourceDay(studio_a(), day(TUESDAY))
}

#[tokio::test]
async fn an_honest_database_is_met_with_silence() {
    let past = Past::new().await;
    let said = past.replay(&["verify"]);
    assert_eq!(said.code, Some(0), "{said:#?}");
    assert_eq!(said.documents[0]["faultCount"], 0);
    assert_eq!(
        said.documents[0]["events"],
        past.world.events.len() as u64,
        "every event was looked at"
    );
}

#[tokio::test]
async fn an_honest_database_of_many_partitions_is_met_with_silence() {
    let database = TestDatabase::new().await;
    let node = Node::of(&database, 7).await;
    let mut world = crate::support::World::new(&node.log).await;
    crate::support::history(&mut world, &crate::support::some_steps()).await;
    let past = Past {
        database,
        node,
        world,
    };
    let unwritten = past.replay(&["verify"]);
    assert_eq!(unwritten.code, Some(0), "views that lag are no fault");
    past.write_views().await;
    let said = past.replay(&["verify"]);
    assert_eq!(said.code, Some(0), "{said:#?}");
    assert_eq!(said.documents[0]["partitions"], 7);
}

#[tokio::test]
async fn a_flipped_bit_in_a_view_is_found() {
    let plant = "update daily_availability set busy = set_bit(busy, 3, 1 - get_bit(busy, 3))
        where resource_id = 'studio-a' and date = '2026-11-24'";
    let place = "view daily_availability, studio-a/2026-11-24";
    assert_found(plant, "views", place, None).await;
}

#[tokio::test]
async fn a_missing_row_of_a_view_is_found() {
    let booking = booking_id(1);
    let plant = format!("delete from bookings where booking_id = '{booking}'");
    assert_found(
        &plant,
        "views",
        &format!("view bookings, booking {booking}"),
        None,
    )
    .await;
}

#[tokio::test]
async fn an_extra_row_of_a_view_is_found() {
    let id = hold_id(0xbad);
    let plant = format!(
        "insert into presence select partition, '{id}', resource_id, session_id, span_start,
            span_slots, lease, placed_at, renewed_at, lease_expires_at, renewable_until, renewals,
            position
         from presence limit 1"
    );
    assert_found(&plant, "views", &format!("view presence, hold {id}"), None).await;
}

#[tokio::test]
async fn a_document_of_a_view_that_means_the_same_in_other_bytes_is_found() {
    let plant =
        "update resources set settings = settings::jsonb::json where resource_id = 'studio-a'";
    assert_found(plant, "views", "view resources, studio-a", None).await;
}

#[tokio::test]
async fn an_edited_payload_is_found() {
    let plant = "update events set payload = replace(payload::text, 'Studio A', 'Studio B')::json
        where position = 1";
    assert_found(plant, "hash", "Resource studio-a", Some(1)).await;
}

#[tokio::test]
async fn a_payload_that_does_not_read_is_found() {
    let plant = "update events set payload = '{}' where position = 2";
    assert_found(plant, "readable", TUESDAY_STREAM, Some(2)).await;
}

#[tokio::test]
async fn an_emptied_event_that_is_no_hold_s_is_found() {
    let plant = "update events set payload = null where position = 7";
    assert_found(plant, "readable", TUESDAY_STREAM, Some(7)).await;
}

#[tokio::test]
async fn edited_metadata_is_found() {
    let plant = r#"update events set metadata = '{"actor":"admin","actorId":"k1","causation":"Test"}'
        where position = 2"#;
    assert_found(plant, "hash", TUESDAY_STREAM, Some(2)).await;
}

#[tokio::test]
async fn an_edited_column_is_found() {
    let plant = "update events set mask = ~mask where position = 2";
    assert_found(plant, "columns", TUESDAY_STREAM, Some(2)).await;
}

#[tokio::test]
async fn a_deleted_event_is_found_by_its_position_and_named_by_its_sequence() {
    let past = Past::new().await;
    past.sql("delete from events where position = 2").await;
    assert_told(&past, "positions", "", Some(3));
    let said = past.replay(&["verify"]);
    assert_eq!(said.documents[0]["faultCount"], 1, "{said:#?}");
    let says = said.documents[0]["faults"][0]["says"].as_str().unwrap();
    let lacks = format!("{TUESDAY_STREAM} lacks sequence 1");
    assert!(says.contains(&lacks), "{said:#?}");
}

#[tokio::test]
async fn a_deleted_last_event_is_found() {
    let plant = "delete from events where position = (select position from heads)";
    assert_found(plant, "head", "", None).await;
}

#[tokio::test]
async fn swapped_sequences_are_found_by_their_hashes() {
    let plant = "
        create temporary table pair as
            select position, sequence from events
            where aggregate_id = 'studio-a/2026-11-24' and sequence in (1, 2);
        update events set sequence = sequence + 1000 where position in (select position from pair);
        update events set sequence = 3 - pair.sequence from pair where events.position = pair.position;
    ";
    assert_found(plant, "hash", TUESDAY_STREAM, None).await;
}

#[tokio::test]
async fn an_edited_time_is_found() {
    let plant =
        "update events set recorded_at = recorded_at - interval '1 hour' where position = 9";
    assert_found(plant, "hash", "", Some(9)).await;
}

#[tokio::test]
async fn a_head_that_was_set_back_is_found() {
    let plant = "update heads set position = position - 1";
    assert_found(plant, "head", "", None).await;
}

#[tokio::test]
async fn a_tip_that_is_not_the_last_event_s_is_found() {
    assert_found("update heads set tip = tip + 1", "head", "", None).await;
}

#[tokio::test]
async fn a_stale_checkpoint_is_found() {
    let plant = "update checkpoints set position = 3 where view = 'daily_availability'";
    assert_found(plant, "views", "view daily_availability", None).await;
}

#[tokio::test]
async fn a_checkpoint_beyond_the_log_is_found() {
    let plant = "update checkpoints set position = 100000 where view = 'bookings'";
    assert_found(plant, "checkpoints", "view bookings", Some(100_000)).await;
}

#[tokio::test]
async fn events_of_no_partition_are_found() {
    let plant = "update events set partition = 9 where position = (select position from heads)";
    assert_found(plant, "partitions", "", None).await;
}

#[tokio::test]
async fn a_double_booking_is_found() {
    let past = Past::new().await;
    // The booking of the night has them.
    let event = ResourceDayEvent::SlotsBooked(SlotsBooked {
        booking_id: booking_id(1),
        slots: "90-91".parse().unwrap(),
        buffer: SlotMask::EMPTY,
        quantity: SeatCount::ONE,
    });
    let other = ResourceDayEvent::SlotsBooked(SlotsBooked {
        booking_id: booking_id(77),
        slots: "90-91".parse().unwrap(),
        buffer: SlotMask::EMPTY,
        quantity: SeatCount::ONE,
    });
    append(
        &past,
        vec![(tuesday(), event.into()), (tuesday(), other.into())],
    )
    .await;
    let end = past
        .node
        .log
        .head(Partition::new(0))
        .await
        .unwrap()
        .position;
    assert_told(&past, "bookings", TUESDAY_STREAM, Some(end.get()));
}

#[tokio::test]
async fn a_booking_without_its_slots_is_found() {
    let past = Past::new().await;
    let booking = booking_id(78);
    let event = BookingEvent::BookingConfirmed(BookingConfirmed {
        booking_id: booking,
        resource_id: studio_a(),
        session_id: A,
        span: span("2026-11-24T05:00", 60),
        attendee: SealedAttendee("c2VhbGVk".into()),
        fingerprint: None,
        confirmed_at: past.world.now,
        buffers: Buffers::NONE,
        quantity: SeatCount::ONE,
    });
    append(&past, vec![(StreamId::Booking(booking), event.into())]).await;
    assert_told(&past, "bookingDays", &format!("Booking {booking}"), None);
}

#[tokio::test]
async fn a_hold_that_ends_a_second_time_is_found() {
    let past = Past::new().await;
    let mut events = past.world.events.iter().map(|event| &event.event);
    let ended: HoldReleased = events
        .find_map(|event| match event {
            Event::ResourceDay(ResourceDayEvent::HoldReleased(end))
                if end.hold_id == hold_id(2) && end.reason == ReleaseReason::Left =>
            {
                Some(end.clone())
            }
            _ => None,
        })
        .unwrap();
    let again = ResourceDayEvent::HoldReleased(ended);
    append(&past, vec![(tuesday(), again.into())]).await;
    let end = past
        .node
        .log
        .head(Partition::new(0))
        .await
        .unwrap()
        .position;
    assert!(end > Position::START);
    assert_told(&past, "holdEnds", TUESDAY_STREAM, Some(end.get()));
}

#[tokio::test]
async fn a_stream_that_the_stock_repository_reads_otherwise_is_found() {
    // The events are as they were; what it reads them through is not.
    let plant = "
        create or replace view postgres_es_events as
        select
            aggregate_type, aggregate_id, sequence, event_type, event_version,
            case when position = 1
                then replace(payload::text, 'Studio A', 'Studio B')::json
                else payload
            end as payload,
            metadata
        from events
    ";
    assert_found(plant, "stockRepository", "Resource studio-a", None).await;
}
