use std::sync::Arc;

use domain::{calendar::Timestamp, partition::Partition};
use uuid::Uuid;

use super::{
    Batch, Commit, PendingEvent,
    columns::TypedColumns,
    row::{JsonText, NewRow},
};
use crate::{
    Head, LogError, Position, RecordedEvent, Tip,
    hash::{HashVersion, HashedRow},
};

/// A batch encoded: payloads, columns, hashes and the new tip are fixed, so that
/// trying it again is trying the same. Cheap to clone; clones are the same batch.
#[derive(Debug, Clone)]
pub struct PreparedBatch(Arc<Prepared>);

#[derive(Debug)]
struct Prepared {
    partition: Partition,
    expected: Head,
    commit: Commit,
    rows: Rows,
}

/// The batch as the statement takes it.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) events: Vec<NewRow>,
    pub(super) key_booking: Vec<Uuid>,
    pub(super) key_wrapped: Vec<Vec<u8>>,
    /// Of the events' payloads and metadata, in bytes.
    pub(super) bytes: usize,
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
        let count = self.events.len();
        let mut events = Vec::with_capacity(count);
        for (before, pending) in self.events.into_iter().enumerate() {
            let place = Place {
                partition,
                position: self.expected.position.plus(before as u64 + 1),
                recorded_at,
                decided_at: (recorded_at != self.recorded_at).then_some(self.recorded_at),
                tip: (before + 1 == count).then_some(tip),
            };
            let event = rows.push(place, pending);
            events.push(event.map_err(|error| corrupt(error.to_string()))?);
        }
        let head = Head {
            position: self.expected.position.plus(count as u64),
            tip,
            last_at: recorded_at,
        };
        let commit = Commit {
            head,
            events: events.into(),
        };
        Ok(PreparedBatch(Arc::new(Prepared {
            partition,
            expected: self.expected,
            commit,
            rows,
        })))
    }
}

/// Where and when an event is recorded.
#[derive(Clone, Copy)]
struct Place {
    partition: Partition,
    position: Position,
    recorded_at: Timestamp,
    /// When it was decided, where that is before `recorded_at`.
    decided_at: Option<Timestamp>,
    /// On the last event of the append.
    tip: Option<Tip>,
}

impl Rows {
    fn for_events(count: usize) -> Self {
        Self {
            events: Vec::with_capacity(count),
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
        let metadata_text = metadata.write(place.decided_at)?;
        let columns = TypedColumns::of(&stream, &event);
        let row = HashedRow {
            partition: place.partition,
            position: place.position,
            aggregate_type: stream.aggregate_type(),
            aggregate_id: &aggregate_id,
            sequence,
            event_type: event.event_type(),
            event_version: event.event_version(),
            payload: Some(&payload),
            payload_hash: None,
            metadata: &metadata_text,
            recorded_at: place.recorded_at.to_datetime(),
            tip: place.tip,
            resource_id: resource.as_str(),
            columns,
        };
        let hash = row.hash(HashVersion::LATEST);
        let hash = hash.expect("a row with its payload has a hash");
        self.bytes += payload.len() + metadata_text.len();
        self.events.push(NewRow {
            aggregate_type: stream.aggregate_type(),
            aggregate_id,
            sequence: sequence.cast_signed(),
            event_type: event.event_type(),
            event_version: event.event_version(),
            payload: JsonText(payload),
            metadata: JsonText(metadata_text),
            hash,
            resource_id: resource.as_str().to_owned(),
            day: columns.day,
            mask: columns.mask,
            booking_id: columns.booking_id,
            hold_id: columns.hold_id,
            session_id: columns.session_id,
            span_start: columns.span_start,
            span_slots: columns.span_slots,
            lease_expires_at: columns.lease_expires_at,
        });
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
            tip: place.tip,
        })
    }
}

impl PreparedBatch {
    /// The partition that it goes to.
    pub fn partition(&self) -> Partition {
        self.0.partition
    }

    /// The end of the partition that it goes after.
    pub fn expected(&self) -> Head {
        self.0.expected
    }

    /// What it comes to once it is committed.
    pub(crate) fn commit(&self) -> &Commit {
        &self.0.commit
    }

    /// What it writes.
    pub(super) fn rows(&self) -> &Rows {
        &self.0.rows
    }
}
