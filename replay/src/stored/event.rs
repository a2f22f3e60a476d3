use domain::{calendar::Timestamp, event::Event, partition::Partition, stream::StreamId};
use eventlog::{
    HashedRow, Metadata, Position, RecordedEvent, RowFault, Tip, TypedColumns, may_be_emptied,
    read_emptied,
};
use sqlx::{
    FromRow,
    types::chrono::{DateTime, Utc},
};

use crate::column;

/// A row of `events`, whatever stands in it.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct StoredEvent {
    pub(crate) partition: i16,
    pub(crate) position: i64,
    pub(crate) aggregate_type: String,
    pub(crate) aggregate_id: String,
    pub(crate) sequence: i64,
    pub(crate) event_type: String,
    pub(crate) event_version: String,
    pub(crate) payload: Option<String>,
    pub(crate) metadata: String,
    pub(crate) recorded_at: DateTime<Utc>,
    pub(crate) hash: Vec<u8>,
    pub(crate) hash_version: i16,
    pub(crate) payload_hash: Option<Vec<u8>>,
    pub(crate) tip: Option<i64>,
    pub(crate) resource_id: String,
    #[sqlx(flatten)]
    pub(crate) columns: TypedColumns,
}

impl StoredEvent {
    /// The partition it is in.
    pub(crate) fn partition(&self) -> Partition {
        column::read_partition(self.partition)
    }

    /// Its place there.
    pub(crate) const fn position(&self) -> Position {
        column::read_position(self.position)
    }

    /// Its stream's name, whether or not there can be such a stream.
    pub(crate) fn stream_name(&self) -> String {
        format!("{} {}", self.aggregate_type, self.aggregate_id)
    }

    /// Its stream; none when the name is none of ours.
    pub(crate) fn stream(&self) -> Option<StreamId> {
        StreamId::parse(&self.aggregate_type, &self.aggregate_id).ok()
    }

    /// The database's time at the decision: before `recorded_at` where the partition was
    /// ahead of it.
    pub(crate) fn decided_at(&self) -> Timestamp {
        let decided_at = eventlog::decided_at(&self.metadata);
        decided_at.unwrap_or_else(|| self.recorded_at.into())
    }

    /// Whether retention has emptied it.
    pub(crate) fn is_emptied(&self) -> bool {
        self.payload.is_none() && may_be_emptied(&self.event_type)
    }

    /// Whether the row is the one that was hashed, emptied or not.
    ///
    /// # Errors
    ///
    /// [`RowFault`]: what is wrong with it.
    pub(crate) fn check_hash(&self) -> Result<(), RowFault> {
        self.hashed().check(self.hash_version, &self.hash)
    }

    /// The row as far as its hash covers it.
    fn hashed(&self) -> HashedRow<'_> {
        HashedRow {
            partition: self.partition(),
            position: self.position(),
            aggregate_type: &self.aggregate_type,
            aggregate_id: &self.aggregate_id,
            sequence: self.sequence.unsigned_abs(),
            event_type: &self.event_type,
            event_version: &self.event_version,
            payload: self.payload.as_deref(),
            payload_hash: self.payload_hash.as_deref(),
            metadata: &self.metadata,
            recorded_at: self.recorded_at,
            tip: self.tip.map(Tip),
            resource_id: &self.resource_id,
            columns: self.columns,
        }
    }

    /// What happened, by its payload.
    ///
    /// # Errors
    ///
    /// Why the row does not read, in words.
    pub(crate) fn event(&self) -> Result<Event, String> {
        let stream = StreamId::parse(&self.aggregate_type, &self.aggregate_id)
            .map_err(|error| error.to_string())?;
        match &self.payload {
            Some(payload) => Event::decode(&stream, &self.event_type, &self.event_version, payload)
                .map_err(|error| format!("{error}: {}", error.source)),
            None => read_emptied(
                &stream,
                &self.event_type,
                &self.columns,
                self.recorded_at.into(),
            )
            .map(Event::from),
        }
    }

    /// The event as the log's readers give it, for folds.
    ///
    /// # Errors
    ///
    /// Why the row does not read, in words.
    pub(crate) fn recorded(&self) -> Result<RecordedEvent, String> {
        let event = self.event()?;
        let stream = self.stream().ok_or("its stream is none of ours")?;
        let metadata: Metadata = serde_json::from_str(&self.metadata)
            .map_err(|error| format!("its metadata does not read: {error}"))?;
        let hash = self.hash.as_slice().try_into();
        Ok(RecordedEvent {
            partition: self.partition(),
            position: self.position(),
            stream,
            sequence: self.sequence.unsigned_abs(),
            event,
            emptied: self.is_emptied(),
            metadata,
            recorded_at: self.recorded_at.into(),
            hash: hash.map_err(|_| "its hash is not 32 bytes")?,
            tip: self.tip.map(Tip),
        })
    }
}
