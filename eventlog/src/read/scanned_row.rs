use std::fmt;

use chrono::{DateTime, Utc};
use domain::partition::Partition;
use sqlx::{Decode, Row, Type, ValueRef, postgres::PgRow};

use crate::{HashedRow, LogError, Position, Tip, TypedColumns};

/// The columns of a row, by their place in what is selected.
mod column {
    pub(super) const POSITION: usize = 0;
    pub(super) const AGGREGATE_TYPE: usize = 1;
    pub(super) const AGGREGATE_ID: usize = 2;
    pub(super) const SEQUENCE: usize = 3;
    pub(super) const EVENT_TYPE: usize = 4;
    pub(super) const EVENT_VERSION: usize = 5;
    pub(super) const PAYLOAD: usize = 6;
    pub(super) const PAYLOAD_HASH: usize = 7;
    pub(super) const METADATA: usize = 8;
    pub(super) const RECORDED_AT: usize = 9;
    pub(super) const HASH: usize = 10;
    pub(super) const HASH_VERSION: usize = 11;
    pub(super) const TIP: usize = 12;
    pub(super) const RESOURCE_ID: usize = 13;
    pub(super) const DAY: usize = 14;
    pub(super) const MASK: usize = 15;
    pub(super) const BOOKING_ID: usize = 16;
    pub(super) const HOLD_ID: usize = 17;
    pub(super) const SESSION_ID: usize = 18;
    pub(super) const SPAN_START: usize = 19;
    pub(super) const SPAN_SLOTS: usize = 20;
    pub(super) const LEASE_EXPIRES_AT: usize = 21;
}

/// A row with all that its hash covers, in the columns of `scan.sql`.
#[derive(Clone, Copy)]
pub(crate) struct ScannedRow<'r> {
    row: &'r PgRow,
    partition: Partition,
    position: Position,
}

impl<'r> ScannedRow<'r> {
    /// The row of the event after `last`.
    ///
    /// # Errors
    ///
    /// [`LogError::Corrupt`] when it is another's.
    pub(super) fn after(
        last: Position,
        partition: Partition,
        row: &'r PgRow,
    ) -> Result<Self, LogError> {
        let next = last.plus(1);
        let this = Self::of(partition, row)?;
        if this.position == next {
            return Ok(this);
        }
        let reason = format!("position {next} is missing");
        Err(LogError::Corrupt { partition, reason })
    }

    /// A row of a partition.
    ///
    /// # Errors
    ///
    /// [`LogError::Corrupt`] when it has no position.
    pub(crate) fn of(partition: Partition, row: &'r PgRow) -> Result<Self, LogError> {
        let mut this = Self {
            row,
            partition,
            position: Position::START,
        };
        let position: i64 = this.get(column::POSITION)?;
        this.position = Position::new(position.unsigned_abs());
        Ok(this)
    }

    /// Where it stands.
    pub(crate) const fn position(&self) -> Position {
        self.position
    }

    /// The row as far as its hash covers it.
    pub(crate) fn hashed(&self) -> Result<HashedRow<'r>, LogError> {
        let sequence: i64 = self.get(column::SEQUENCE)?;
        let metadata = self.json(column::METADATA)?;
        Ok(HashedRow {
            partition: self.partition,
            position: self.position,
            aggregate_type: self.get(column::AGGREGATE_TYPE)?,
            aggregate_id: self.get(column::AGGREGATE_ID)?,
            sequence: sequence.unsigned_abs(),
            event_type: self.get(column::EVENT_TYPE)?,
            event_version: self.get(column::EVENT_VERSION)?,
            payload: self.json(column::PAYLOAD)?,
            payload_hash: self.get(column::PAYLOAD_HASH)?,
            metadata: metadata.ok_or_else(|| self.corrupt(&"it has no metadata"))?,
            recorded_at: self.get::<DateTime<Utc>>(column::RECORDED_AT)?,
            tip: self.get::<Option<i64>>(column::TIP)?.map(Tip),
            resource_id: self.get(column::RESOURCE_ID)?,
            columns: self.columns()?,
        })
    }

    fn columns(&self) -> Result<TypedColumns, LogError> {
        Ok(TypedColumns {
            day: self.get(column::DAY)?,
            mask: self.get(column::MASK)?,
            booking_id: self.get(column::BOOKING_ID)?,
            hold_id: self.get(column::HOLD_ID)?,
            session_id: self.get(column::SESSION_ID)?,
            span_start: self.get(column::SPAN_START)?,
            span_slots: self.get(column::SPAN_SLOTS)?,
            lease_expires_at: self.get(column::LEASE_EXPIRES_AT)?,
        })
    }

    /// How it was hashed, as stored.
    pub(crate) fn hash_version(&self) -> Result<i16, LogError> {
        self.get(column::HASH_VERSION)
    }

    /// Its hash.
    pub(crate) fn hash(&self) -> Result<[u8; 32], LogError> {
        let hash: &[u8] = self.get(column::HASH)?;
        let hash = hash.try_into();
        hash.map_err(|_| self.corrupt(&"its hash is not 32 bytes"))
    }

    fn get<T>(&self, column: usize) -> Result<T, LogError>
    where
        T: Decode<'r, sqlx::Postgres> + Type<sqlx::Postgres>,
    {
        self.row
            .try_get(column)
            .map_err(|error| self.corrupt(&error))
    }

    /// A document as it is stored, to the byte.
    fn json(&self, column: usize) -> Result<Option<&'r str>, LogError> {
        let value = self
            .row
            .try_get_raw(column)
            .map_err(|error| self.corrupt(&error))?;
        if value.is_null() {
            return Ok(None);
        }
        let text = value.as_str();
        text.map(Some).map_err(|error| self.corrupt(&error))
    }

    /// What is wrong with it, with its place.
    pub(crate) fn corrupt(&self, reason: &dyn fmt::Display) -> LogError {
        LogError::Corrupt {
            partition: self.partition,
            reason: format!("position {}: {reason}", self.position),
        }
    }
}
