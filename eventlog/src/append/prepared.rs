use chrono::{DateTime, NaiveDate, Utc};
use domain::{calendar::Timestamp, partition::Partition};
use sqlx::{Postgres, postgres::PgArguments, query::Query};
use uuid::Uuid;

use super::{Batch, Commit, PendingEvent, columns::TypedColumns};
use crate::{
    Head, LogError, MaskColumn, Position, RecordedEvent, Tip, database::smallint, hash::HashedRow,
    planted,
};

/// A batch encoded: payloads, columns, hashes and the new tip are fixed, so that
/// trying it again is trying the same.
#[derive(Debug)]
pub struct PreparedBatch {
    partition: Partition,
    expected: Head,
    commit: Commit,
    rows: Rows,
}

/// The batch as the statement takes it: an array a column.
#[derive(Debug, Default)]
struct Rows {
    aggregate_type: Vec<&'static str>,
    aggregate_id: Vec<String>,
    sequence: Vec<i64>,
    event_type: Vec<&'static str>,
    event_version: Vec<&'static str>,
    payload: Vec<String>,
    metadata: Vec<String>,
    hash: Vec<[u8; 32]>,
    resource_id: Vec<String>,
    day: Vec<Option<NaiveDate>>,
    mask: Vec<Option<MaskColumn>>,
    booking_id: Vec<Option<Uuid>>,
    hold_id: Vec<Option<Uuid>>,
    session_id: Vec<Option<Uuid>>,
    span_start: Vec<Option<DateTime<Utc>>>,
    span_slots: Vec<Option<i32>>,
    lease_expires_at: Vec<Option<DateTime<Utc>>>,
    key_booking: Vec<Uuid>,
    key_wrapped: Vec<Vec<u8>>,
}

impl Batch {
    /// Encodes the batch.
    ///
    /// # Errors
    ///
    /// [`LogError::Corrupt`] for a batch without events, when an event can't be
    /// encoded, which none of ours does, and when the system has no randomness.
    pub fn prepare(self) -> Result<PreparedBatch, LogError> {
        let partition = self.partition;
        let corrupt = |reason: String| LogError::Corrupt { partition, reason };
        if self.events.is_empty() {
            return Err(corrupt("a batch without events".into()));
        }
        let tip = Tip::random().map_err(|error| corrupt(error.to_string()))?;
        let recorded_at = self.recorded_at.max(self.expected.last_at);
        let mut rows = Rows::for_events(self.events.len());
        for (booking, key) in self.keys {
            rows.key_booking.push(booking.uuid());
            rows.key_wrapped.push(key.0);
        }
        let mut events = Vec::with_capacity(self.events.len());
        for pending in self.events {
            let place = Place {
                partition,
                position: self.expected.position.plus(events.len() as u64 + 1),
                recorded_at,
            };
            let event = rows.push(place, pending);
            events.push(event.map_err(|error| corrupt(error.to_string()))?);
        }
        let head = Head {
            position: self.expected.position.plus(events.len() as u64),
            tip,
            last_at: recorded_at,
        };
        if let Some(last) = events.last_mut() {
            last.tip = Some(tip);
        }
        let commit = Commit {
            head,
            events: events.into(),
        };
        Ok(PreparedBatch {
            partition,
            expected: self.expected,
            commit,
            rows,
        })
    }
}

/// Where and when an event is recorded.
#[derive(Clone, Copy)]
struct Place {
    partition: Partition,
    position: Position,
    recorded_at: Timestamp,
}

impl Rows {
    fn for_events(count: usize) -> Self {
        Self {
            aggregate_type: Vec::with_capacity(count),
            aggregate_id: Vec::with_capacity(count),
            sequence: Vec::with_capacity(count),
            event_type: Vec::with_capacity(count),
            event_version: Vec::with_capacity(count),
            payload: Vec::with_capacity(count),
            metadata: Vec::with_capacity(count),
            hash: Vec::with_capacity(count),
            resource_id: Vec::with_capacity(count),
            ..Self::default()
        }
    }

    /// Adds an event's row; returns the event as it will be read.
    fn push(&mut self, place: Place, pending: PendingEvent) -> serde_json::Result<RecordedEvent> {
        let PendingEvent {
            stream,
            sequence,
            event,
            metadata,
            resource,
        } = pending;
        let aggregate_id = stream.aggregate_id();
        let payload = event.payload()?;
        let metadata_text = serde_json::to_string(&metadata)?;
        let row = HashedRow {
            partition: place.partition,
            position: place.position,
            stream: &stream,
            sequence,
            event_type: event.event_type(),
            event_version: event.event_version(),
            payload: &payload,
            metadata: &metadata_text,
            recorded_at: place.recorded_at,
        };
        let hash = row.hash_with_id(&aggregate_id);
        self.push_typed(&TypedColumns::of(&stream, &event));
        self.aggregate_type.push(stream.aggregate_type());
        self.aggregate_id.push(aggregate_id);
        self.sequence.push(sequence.cast_signed());
        self.event_type.push(event.event_type());
        self.event_version.push(event.event_version());
        self.payload.push(payload);
        self.metadata.push(metadata_text);
        self.hash.push(hash);
        self.resource_id.push(resource.as_str().to_owned());
        Ok(RecordedEvent {
            partition: place.partition,
            position: place.position,
            stream,
            sequence,
            event,
            emptied: false,
            metadata,
            recorded_at: place.recorded_at,
            hash,
            tip: None,
        })
    }

    fn push_typed(&mut self, columns: &TypedColumns) {
        self.day.push(columns.day);
        self.mask.push(columns.mask);
        self.booking_id.push(columns.booking_id);
        self.hold_id.push(columns.hold_id);
        self.session_id.push(columns.session_id);
        self.span_start.push(columns.span_start);
        self.span_slots.push(columns.span_slots);
        self.lease_expires_at.push(columns.lease_expires_at);
    }
}

impl PreparedBatch {
    /// The partition that it goes to.
    pub const fn partition(&self) -> Partition {
        self.partition
    }

    /// The end of the partition that it goes after.
    pub const fn expected(&self) -> Head {
        self.expected
    }

    /// What it comes to once it is committed.
    pub(crate) const fn commit(&self) -> &Commit {
        &self.commit
    }

    /// The one statement that inserts events.
    pub(super) fn statement(&self) -> Query<'_, Postgres, PgArguments> {
        let rows = &self.rows;
        sqlx::query(planted::spoil(include_str!("append.sql")))
            .bind(smallint(self.partition))
            .bind(self.expected.position.get().cast_signed())
            .bind((self.commit.events.len() as u64).cast_signed())
            .bind(self.expected.tip.0)
            .bind(self.commit.head.tip.0)
            .bind(self.commit.head.last_at.to_datetime())
            .bind(&rows.aggregate_type)
            .bind(&rows.aggregate_id)
            .bind(&rows.sequence)
            .bind(&rows.event_type)
            .bind(&rows.event_version)
            .bind(&rows.payload)
            .bind(&rows.metadata)
            .bind(&rows.hash)
            .bind(&rows.resource_id)
            .bind(&rows.day)
            .bind(&rows.mask)
            .bind(&rows.booking_id)
            .bind(&rows.hold_id)
            .bind(&rows.session_id)
            .bind(&rows.span_start)
            .bind(&rows.span_slots)
            .bind(&rows.lease_expires_at)
            .bind(&rows.key_booking)
            .bind(&rows.key_wrapped)
    }
}
