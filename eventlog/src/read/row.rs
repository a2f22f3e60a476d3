//! An event's row, as every read selects it: its columns first, in this order.

use chrono::{DateTime, Utc};
use domain::{calendar::Timestamp, event::Event, partition::Partition, stream::StreamId};
use sqlx::{Decode, Row, Type, ValueRef, postgres::PgRow};

use super::read_emptied;
use crate::{LogError, Metadata, Position, RecordedEvent, Tip, TypedColumns};

/// The columns of an event's row, by their place in what reads select.
mod column {
    pub(super) const POSITION: usize = 1;
    pub(super) const AGGREGATE_TYPE: usize = 2;
    pub(super) const AGGREGATE_ID: usize = 3;
    pub(super) const SEQUENCE: usize = 4;
    pub(super) const EVENT_TYPE: usize = 5;
    pub(super) const EVENT_VERSION: usize = 6;
    pub(super) const PAYLOAD: usize = 7;
    pub(super) const METADATA: usize = 8;
    pub(super) const RECORDED_AT: usize = 9;
    pub(super) const HASH: usize = 10;
    pub(super) const TIP: usize = 11;
    // Told of emptied events alone.
    pub(super) const HOLD_ID: usize = 12;
    pub(super) const LEASE_EXPIRES_AT: usize = 13;
    pub(super) const MASK: usize = 14;
    pub(super) const SESSION_ID: usize = 15;
    pub(super) const SPAN_START: usize = 16;
    pub(super) const SPAN_SLOTS: usize = 17;
    /// Where a read's own columns begin.
    pub(super) const OWN: usize = 18;
}

/// Where a read's own columns begin, after those of the event.
pub(super) const OWN_COLUMNS: usize = column::OWN;

/// A row on its way to an event.
pub(super) struct StoredRow<'r> {
    row: &'r PgRow,
    partition: Partition,
}

impl<'r> StoredRow<'r> {
    pub(super) const fn new(partition: Partition, row: &'r PgRow) -> Self {
        Self { row, partition }
    }

    /// Whether the row has an event at all; one of a left join may not.
    pub(super) fn is_event(&self) -> Result<bool, LogError> {
        self.get::<Option<i64>>(column::POSITION)
            .map(|position| position.is_some())
    }

    /// A column's value.
    pub(super) fn get<T>(&self, column: usize) -> Result<T, LogError>
    where
        T: Decode<'r, sqlx::Postgres> + Type<sqlx::Postgres>,
    {
        self.row
            .try_get(column)
            .map_err(|error| self.corrupt(error.to_string()))
    }

    /// A number that counts something, and so is not negative.
    pub(super) fn count(&self, column: usize) -> Result<u64, LogError> {
        let number: i64 = self.get(column)?;
        u64::try_from(number).map_err(|_| self.corrupt(format!("{number} counts nothing")))
    }

    pub(super) fn time(&self, column: usize) -> Result<Timestamp, LogError> {
        self.get::<DateTime<Utc>>(column).map(Timestamp::from)
    }

    pub(super) fn tip(&self, column: usize) -> Result<Option<Tip>, LogError> {
        self.get::<Option<i64>>(column).map(|tip| tip.map(Tip))
    }

    /// The event.
    ///
    /// # Errors
    ///
    /// [`LogError::Decode`], [`LogError::Corrupt`].
    pub(super) fn event(&self) -> Result<RecordedEvent, LogError> {
        let stream = self.stream()?;
        let hash = self.get::<&[u8]>(column::HASH)?;
        let hash = hash
            .try_into()
            .map_err(|_| self.corrupt("its hash is not 32 bytes".into()))?;
        let (event, emptied) = self.payload(&stream)?;
        Ok(RecordedEvent {
            partition: self.partition,
            position: Position::new(self.count(column::POSITION)?),
            sequence: self.count(column::SEQUENCE)?,
            event,
            emptied,
            stream,
            metadata: self.metadata()?,
            recorded_at: self.time(column::RECORDED_AT)?,
            hash,
            tip: self.tip(column::TIP)?,
        })
    }

    fn stream(&self) -> Result<StreamId, LogError> {
        let aggregate_type = self.get(column::AGGREGATE_TYPE)?;
        let aggregate_id = self.get(column::AGGREGATE_ID)?;
        StreamId::parse(aggregate_type, aggregate_id)
            .map_err(|unknown| self.corrupt(unknown.to_string()))
    }

    /// What happened, and whether the columns alone still tell.
    fn payload(&self, stream: &StreamId) -> Result<(Event, bool), LogError> {
        let event_type = self.get(column::EVENT_TYPE)?;
        let version = self.get(column::EVENT_VERSION)?;
        if let Some(payload) = self.json(column::PAYLOAD)? {
            let decoded = Event::decode(stream, event_type, version, payload);
            let event = decoded.map_err(|error| LogError::Decode {
                partition: self.partition,
                source: Box::new(error),
            })?;
            return Ok((event, false));
        }
        let recorded_at = self.time(column::RECORDED_AT)?;
        let left = read_emptied(stream, event_type, &self.columns_left()?, recorded_at);
        let event = left.map_err(|reason| self.corrupt(reason))?;
        Ok((event.into(), true))
    }

    /// The columns that an emptied event is read from.
    fn columns_left(&self) -> Result<TypedColumns, LogError> {
        Ok(TypedColumns {
            hold_id: self.get(column::HOLD_ID)?,
            lease_expires_at: self.get(column::LEASE_EXPIRES_AT)?,
            mask: self.get(column::MASK)?,
            session_id: self.get(column::SESSION_ID)?,
            span_start: self.get(column::SPAN_START)?,
            span_slots: self.get(column::SPAN_SLOTS)?,
            ..TypedColumns::default()
        })
    }

    fn metadata(&self) -> Result<Metadata, LogError> {
        let metadata = self
            .json(column::METADATA)?
            .ok_or_else(|| self.corrupt("it has no metadata".into()))?;
        serde_json::from_str(metadata).map_err(|error| self.corrupt(format!("metadata: {error}")))
    }

    /// A document as it is stored, to the byte.
    fn json(&self, column: usize) -> Result<Option<&'r str>, LogError> {
        let value = self
            .row
            .try_get_raw(column)
            .map_err(|error| self.corrupt(error.to_string()))?;
        if value.is_null() {
            return Ok(None);
        }
        let text = value.as_str();
        text.map(Some)
            .map_err(|error| self.corrupt(error.to_string()))
    }

    pub(super) fn corrupt(&self, reason: String) -> LogError {
        LogError::Corrupt {
            partition: self.partition,
            reason: match self.row.try_get::<Option<i64>, _>(column::POSITION) {
                Ok(Some(position)) => format!("position {position}: {reason}"),
                _ => reason,
            },
        }
    }
}
