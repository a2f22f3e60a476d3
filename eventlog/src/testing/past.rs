//! Days gone by, which the rules would let nobody book any more.

use domain::{
    booking::{BookingConfirmed, BookingEvent, SealedAttendee},
    calendar::{Buffers, Day, SLOTS_PER_DAY, SeatCount, SlotCount, SlotIndex, SlotMask, Span},
    ids::{BookingId, ResourceId, SessionId},
    partition::Partition,
    resource::{ResourceEvent, ResourceRegistered, ResourceSettings},
    resource_day::{ResourceDayEvent, SlotsBooked},
    stream::StreamId,
};
use uuid::Uuid;

use crate::{Actor, AppendOutcome, Batch, Head, Log, LogError, Metadata, PendingEvent, WrappedKey};

/// Who had made all the bookings.
const SESSION: SessionId = SessionId::new(Uuid::from_u128(1));

/// Registers a resource that nobody has registered, in one append of one event. Others
/// may write to the partition at the same time.
///
/// # Errors
///
/// [`LogError`]; [`LogError::WrongExpectedVersion`] when it was registered.
pub async fn register(
    log: &Log,
    resource: &ResourceId,
    settings: &ResourceSettings,
) -> Result<(), LogError> {
    let partition = log.partition_of(resource);
    loop {
        let mut batch = empty_batch(log, log.head(partition).await?, partition);
        let registered = ResourceEvent::ResourceRegistered(ResourceRegistered {
            settings: settings.clone(),
            registered_at: batch.recorded_at,
        });
        batch.events.push(PendingEvent {
            stream: StreamId::Resource(resource.clone()),
            sequence: 1,
            event: registered.into(),
            metadata: metadata(Actor::System, "PutResource"),
            resource: resource.clone(),
        });
        if let AppendOutcome::Appended(_) = log.append(&batch.prepare()?).await? {
            return Ok(());
        }
    }
}

fn empty_batch(log: &Log, expected: Head, partition: Partition) -> Batch {
    Batch {
        partition,
        expected,
        recorded_at: log.clock().now().max(expected.last_at),
        events: Vec::new(),
        keys: Vec::new(),
    }
}

fn metadata(actor: Actor, causation: &str) -> Metadata {
    Metadata {
        actor,
        request_id: None,
        causation: causation.into(),
    }
}

/// Books every quarter hour of days that nobody has touched, each for itself, in one
/// append of 192 events a day. Returns how many events that were. Others may write to
/// the partition at the same time.
///
/// # Errors
///
/// [`LogError`]; [`LogError::WrongExpectedVersion`] when a day was touched.
pub async fn book_whole_days(
    log: &Log,
    resource: &ResourceId,
    days: &[Day],
) -> Result<u64, LogError> {
    let partition = log.partition_of(resource);
    loop {
        let mut batch = empty_batch(log, log.head(partition).await?, partition);
        for day in days {
            for slot in (0..SLOTS_PER_DAY).filter_map(|slot| SlotIndex::new(slot).ok()) {
                book(&mut batch, resource, *day, slot);
            }
        }
        let events = batch.events.len() as u64;
        match log.append(&batch.prepare()?).await? {
            AppendOutcome::Appended(_) => return Ok(events),
            AppendOutcome::Missed => {}
        }
    }
}

fn book(batch: &mut Batch, resource: &ResourceId, day: Day, slot: SlotIndex) {
    let start = day.at(slot);
    let key = start.to_string().parse().expect("a time can be a key");
    let booking_id = BookingId::derive(batch.partition, SESSION, resource, &key);
    let length = SlotCount::from_minutes(15).expect("a quarter hour is one slot");
    let booked = ResourceDayEvent::SlotsBooked(SlotsBooked {
        booking_id,
        slots: SlotMask::run(slot, 1),
        buffer: SlotMask::EMPTY,
        quantity: SeatCount::ONE,
    });
    let confirmed = BookingEvent::BookingConfirmed(BookingConfirmed {
        booking_id,
        resource_id: resource.clone(),
        session_id: SESSION,
        span: Span::new(start, length).expect("slots begin at quarter hours"),
        attendee: SealedAttendee("sealed".into()),
        fingerprint: None,
        confirmed_at: batch.recorded_at,
        buffers: Buffers::NONE,
        quantity: SeatCount::ONE,
    });
    let pending = |stream, sequence, event| PendingEvent {
        stream,
        sequence,
        event,
        metadata: metadata(Actor::Session(SESSION), "BookSlots"),
        resource: resource.clone(),
    };
    let of_day = StreamId::ResourceDay(resource.clone(), day);
    let of_booking = StreamId::Booking(booking_id);
    let key = WrappedKey(vec![0; WrappedKey::BYTES]);
    batch.keys.push((booking_id, key));
    batch.events.extend([
        pending(of_day, u64::from(slot.get()) + 1, booked.into()),
        pending(of_booking, 1, confirmed.into()),
    ]);
}
