//! A past that takes a rebuild a while.

use domain::{
    booking::{BookingConfirmed, BookingEvent, SealedAttendee},
    calendar::{Day, SlotCount, SlotIndex, SlotMask, Span},
    ids::{BookingId, ResourceId, SessionId},
    resource_day::{ResourceDayEvent, SlotsBooked},
    stream::StreamId,
};
use eventlog::{Actor, AppendOutcome, Batch, Log, LogSettings, MasterKey, Metadata, PendingEvent};
use sqlx::PgPool;
use uuid::Uuid;

use super::PARTITIONS;

/// Rooms with a past: some in most of the partitions.
pub(super) const ROOMS: usize = 24;
/// Days that are gone by, each booked from midnight to midnight.
pub(super) const DAYS: u32 = 3;
/// Bookings of a quarter hour that fill a day.
pub(super) const A_DAY: u8 = 96;

/// A room with a past.
pub(super) fn room(nth: usize) -> String {
    format!("old-room-{nth}")
}

/// The nth of the days that are gone by.
pub(super) fn day(nth: u32) -> Day {
    let first: Day = "2020-01-01".parse().unwrap();
    first.plus(nth).unwrap()
}

/// Books every quarter hour of every day; returns how many events that were.
pub(super) async fn write(pool: PgPool) -> u64 {
    let settings = LogSettings {
        partitions: PARTITIONS,
        master_key: MasterKey::new([7; 32]),
    };
    let log = Log::open(pool, settings).await.unwrap();
    let mut events = 0;
    for nth in 0..ROOMS {
        let room: ResourceId = room(nth).parse().unwrap();
        events += fill(&log, &room, nth as u128).await;
    }
    events
}

async fn fill(log: &Log, room: &ResourceId, nth: u128) -> u64 {
    let partition = log.partition_of(room);
    loop {
        let expected = log.head(partition).await.unwrap();
        let mut batch = Batch {
            partition,
            expected,
            recorded_at: log.clock().now().max(expected.last_at),
            events: Vec::new(),
            keys: Vec::new(),
        };
        for day in (0..DAYS).map(day) {
            for slot in 0..A_DAY {
                // Ids of their own: no other room, day or quarter hour has them.
                let number = nth << 24 | (batch.events.len() as u128);
                let id = BookingId::from_bits(partition, number.to_be_bytes());
                book(&mut batch, room, (day, slot), id);
            }
        }
        let events = batch.events.len() as u64;
        match log.append(&batch.prepare().unwrap()).await.unwrap() {
            AppendOutcome::Appended(_) => return events,
            // A server wrote here meanwhile.
            AppendOutcome::Missed => {}
        }
    }
}

fn book(batch: &mut Batch, room: &ResourceId, (day, slot): (Day, u8), booking_id: BookingId) {
    let session_id = SessionId::new(Uuid::from_u128(1));
    let slot_index = SlotIndex::new(slot).unwrap();
    let span = Span::new(day.at(slot_index), SlotCount::from_minutes(15).unwrap()).unwrap();
    let booked = ResourceDayEvent::SlotsBooked(SlotsBooked {
        booking_id,
        slots: SlotMask::run(slot_index, 1),
    });
    let confirmed = BookingEvent::BookingConfirmed(BookingConfirmed {
        booking_id,
        resource_id: room.clone(),
        session_id,
        span,
        attendee: SealedAttendee("sealed".into()),
        fingerprint: None,
        confirmed_at: batch.recorded_at,
    });
    let pending = |stream, sequence, event| PendingEvent {
        stream,
        sequence,
        event,
        metadata: Metadata {
            actor: Actor::Session(session_id),
            request_id: None,
            causation: "BookSlots".into(),
        },
        resource: room.clone(),
    };
    let of_day = StreamId::ResourceDay(room.clone(), day);
    batch.events.extend([
        pending(of_day, u64::from(slot) + 1, booked.into()),
        pending(StreamId::Booking(booking_id), 1, confirmed.into()),
    ]);
}
