use std::collections::BTreeMap;

use domain::{
    booking::{BookingConfirmed, BookingEvent},
    calendar::{Buffers, Day, SeatCount, SlotCount, SlotIndex, SlotMask, Span},
    ids::{BookingId, ResourceId, SessionId},
    partition::Partition,
    resource_day::{ResourceDayEvent, SlotsBooked},
    stream::StreamId,
};
use eventlog::{Actor, AppendOutcome, AttendeeCipher, Batch, Log, Metadata, PendingEvent};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    Outcome,
    draw::Dice,
    ours::{ATTENDEE, resource},
};

/// Bookings of each day that is gone by: one of two hours every four hours.
const BOOKINGS_A_DAY: u8 = 6;

/// Days written in one append: twice as many events as bookings.
const DAYS_A_BATCH: usize = 250;

/// The first day that is gone by.
const FIRST_DAY: &str = "2000-01-01";

/// Writes `bookings` of `resources` on days that are gone by, through the log's
/// own append, a task for each partition. Returns how many it wrote: whole days.
///
/// # Errors
///
/// When the log refuses.
pub(super) async fn write(
    log: &Log,
    cipher: &AttendeeCipher,
    resources: u32,
    bookings: u32,
) -> Outcome<u32> {
    let days = bookings / resources / u32::from(BOOKINGS_A_DAY);
    let mut partitions: BTreeMap<Partition, Vec<ResourceId>> = BTreeMap::new();
    for resource in (0..resources).map(resource) {
        let partition = log.partition_of(&resource);
        partitions.entry(partition).or_default().push(resource);
    }
    let mut writing = JoinSet::new();
    for (partition, resources) in partitions {
        let writer = Writer {
            log: log.clone(),
            cipher: cipher.clone(),
            partition,
            dice: Dice::new(partition.get().into()),
        };
        writing.spawn(writer.run(resources, days));
    }
    while let Some(written) = writing.join_next().await {
        written??;
    }
    Ok(days * resources * u32::from(BOOKINGS_A_DAY))
}

struct Writer {
    log: Log,
    cipher: AttendeeCipher,
    partition: Partition,
    dice: Dice,
}

impl Writer {
    async fn run(mut self, resources: Vec<ResourceId>, days: u32) -> Outcome<()> {
        let first: Day = FIRST_DAY.parse()?;
        let days: Vec<Day> = (0..days).filter_map(|nth| first.plus(nth)).collect();
        for resource in resources {
            for days in days.chunks(DAYS_A_BATCH) {
                self.append(&resource, days).await?;
            }
        }
        Ok(())
    }

    async fn append(&mut self, resource: &ResourceId, days: &[Day]) -> Outcome<()> {
        let expected = self.log.head(self.partition).await?;
        let recorded_at = self.log.clock().now().max(expected.last_at);
        let mut batch = Batch {
            partition: self.partition,
            expected,
            recorded_at,
            events: Vec::new(),
            keys: Vec::new(),
        };
        for day in days {
            for nth in 0..BOOKINGS_A_DAY {
                self.book(&mut batch, resource, *day, nth)?;
            }
        }
        match self.log.append(&batch.prepare()?).await? {
            AppendOutcome::Appended(_) => Ok(()),
            AppendOutcome::Missed => Err("somebody else writes this partition".into()),
        }
    }

    fn book(&mut self, batch: &mut Batch, resource: &ResourceId, day: Day, nth: u8) -> Outcome<()> {
        let bits = self.dice.bits_128().to_be_bytes();
        let booking_id = BookingId::from_bits(self.partition, bits);
        let session = SessionId::new(Uuid::from_bytes(bits));
        let (attendee, key) = self.cipher.seal(booking_id, ATTENDEE)?;
        let first = SlotIndex::at(nth * 4, 0)?;
        let span = Span::new(day.at(first), SlotCount::from_minutes(120)?)?;
        let booked = ResourceDayEvent::SlotsBooked(SlotsBooked {
            booking_id,
            slots: SlotMask::run(first, 8),
            buffer: SlotMask::EMPTY,
            quantity: SeatCount::ONE,
        });
        let confirmed = BookingEvent::BookingConfirmed(BookingConfirmed {
            booking_id,
            resource_id: resource.clone(),
            session_id: session,
            span,
            attendee,
            fingerprint: None,
            confirmed_at: batch.recorded_at,
            buffers: Buffers::NONE,
            quantity: SeatCount::ONE,
        });
        let pending = |stream, sequence, event| PendingEvent {
            stream,
            sequence,
            event,
            metadata: Metadata {
                actor: Actor::Session(session),
                request_id: None,
                causation: "BookSlots".into(),
            },
            resource: resource.clone(),
        };
        let stream = StreamId::ResourceDay(resource.clone(), day);
        batch
            .events
            .push(pending(stream, u64::from(nth) + 1, booked.into()));
        let stream = StreamId::Booking(booking_id);
        batch.events.push(pending(stream, 1, confirmed.into()));
        batch.keys.push((booking_id, key));
        Ok(())
    }
}
