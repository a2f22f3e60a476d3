//! What tests of the log share.

use std::{num::NonZeroU16, time::Duration};

use domain::{
    calendar::{Day, SeatCount, SlotMask, Timestamp},
    event::Event,
    ids::{BookingId, ResourceId},
    partition::Partition,
    resource_day::{ResourceDayEvent, SlotsBooked},
    stream::StreamId,
};
use eventlog::{
    Actor, AppendOutcome, Batch, Commit, Head, Log, LogSettings, MasterKey, Metadata, PendingEvent,
    PreparedBatch, testing::TestDatabase,
};

/// Partitions of tests' logs.
pub(crate) const PARTITIONS: u16 = 4;

/// Generous: a busy machine must not fail a test, and a passing one never waits so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn settings() -> LogSettings {
    LogSettings {
        partitions: NonZeroU16::new(PARTITIONS).unwrap(),
        master_key: MasterKey::new([7; 32]),
    }
}

/// A node of the database: a log with connections of its own.
pub(crate) async fn node(database: &TestDatabase) -> Log {
    let pool = eventlog::pool(database.options(), 8);
    Log::open(pool, settings()).await.unwrap()
}

pub(crate) fn resource(name: &str) -> ResourceId {
    name.parse().unwrap()
}

pub(crate) fn metadata() -> Metadata {
    Metadata {
        actor: Actor::System,
        request_id: None,
        causation: "Test".into(),
    }
}

/// An event in the stream of a day: the `sequence`th of it.
pub(crate) fn booked(resource: &ResourceId, day: &str, sequence: u64) -> PendingEvent {
    let day: Day = day.parse().unwrap();
    PendingEvent {
        stream: StreamId::ResourceDay(resource.clone(), day),
        sequence,
        event: Event::ResourceDay(ResourceDayEvent::SlotsBooked(SlotsBooked {
            booking_id: booking(0, sequence),
            slots: SlotMask::from_bits(1 << (sequence % 96)),
            buffer: SlotMask::EMPTY,
            quantity: SeatCount::ONE,
        })),
        metadata: metadata(),
        resource: resource.clone(),
    }
}

pub(crate) fn booking(partition: u16, number: u64) -> BookingId {
    let bits = (u128::from(number) + 1).to_be_bytes();
    BookingId::from_bits(Partition::new(partition), bits)
}

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(ms).unwrap()
}

/// A batch decided now.
pub(crate) fn batch(
    log: &Log,
    partition: Partition,
    expected: Head,
    events: Vec<PendingEvent>,
) -> PreparedBatch {
    Batch {
        partition,
        expected,
        recorded_at: log.clock().now_after(&expected),
        events,
        keys: Vec::new(),
    }
    .prepare()
    .unwrap()
}

pub(crate) fn committed(outcome: AppendOutcome) -> Commit {
    match outcome {
        AppendOutcome::Appended(commit) => commit,
        AppendOutcome::Missed => panic!("the append missed"),
    }
}

/// Appends `count` events to a day's stream of which `from - 1` exist, at the present head.
pub(crate) async fn append(log: &Log, resource: &ResourceId, from: u64, count: u64) -> Commit {
    let expected = log.head(log.partition_of(resource)).await.unwrap();
    append_at(log, expected, resource, from, count).await
}

/// The same, at a head that is known.
pub(crate) async fn append_at(
    log: &Log,
    expected: Head,
    resource: &ResourceId,
    from: u64,
    count: u64,
) -> Commit {
    let events = (from..from + count)
        .map(|sequence| booked(resource, "2026-11-24", sequence))
        .collect();
    let batch = batch(log, log.partition_of(resource), expected, events);
    committed(log.append(&batch).await.unwrap())
}

/// Waits for a value that must come.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future)
        .await
        .expect("what was waited for came in time")
}
