use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    calendar::{Day, SlotMask},
    event::Event,
    ids::{BookingId, HoldId, ResourceId},
    partition::Partition,
    stream::StreamId,
};
use futures::TryStreamExt;
use sqlx::{Decode, PgConnection, Row, Type, ValueRef, postgres::PgRow};
use uuid::Uuid;

use super::read_emptied;
use crate::{
    LogError, MaskColumn, Position, TypedColumns,
    database::{failed, smallint},
};

/// What a fold into views reads of an event, without what it costs to read the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScannedEvent {
    /// Its place in its partition.
    pub position: Position,
    /// The stream it is in.
    pub stream: StreamId,
    /// What happened.
    pub told: Told,
}

/// What happened, as far as folds into views read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// These slots of the stream's day were booked.
    SlotsBooked(SlotMask),
    /// These slots of the stream's day were freed.
    SlotsFreed(SlotMask),
    /// A hold was released, has expired or was consumed.
    HoldEnded(HoldId),
    /// All of it.
    Event(Box<Event>),
}

/// The columns of a row, by their place in what is selected.
mod column {
    pub(super) const POSITION: usize = 0;
    pub(super) const EVENT_TYPE: usize = 1;
    pub(super) const RESOURCE_ID: usize = 2;
    pub(super) const DAY: usize = 3;
    pub(super) const MASK: usize = 4;
    pub(super) const BOOKING_ID: usize = 5;
    pub(super) const HOLD_ID: usize = 6;
    pub(super) const EVENT_VERSION: usize = 7;
    pub(super) const PAYLOAD: usize = 8;
    pub(super) const RECORDED_AT: usize = 9;
    pub(super) const LEASE_EXPIRES_AT: usize = 10;
    pub(super) const SESSION_ID: usize = 11;
    pub(super) const SPAN_START: usize = 12;
    pub(super) const SPAN_SLOTS: usize = 13;
}

/// Reads up to `limit` events after `after`, for a fold of a whole log on a
/// connection of its own. Fewer than `limit` are all that the log held when it
/// was asked, and the last of them ends an append.
///
/// Trusts the typed columns to say what the payloads say: they are written by the
/// payload's own encoder.
///
/// # Errors
///
/// [`LogError::Database`], [`LogError::Decode`]; [`LogError::Corrupt`] also when a
/// position is missing.
pub async fn scan(
    connection: &mut PgConnection,
    partition: Partition,
    after: Position,
    limit: u16,
) -> Result<Vec<ScannedEvent>, LogError> {
    let mut rows = sqlx::query(include_str!("scan.sql"))
        .bind(smallint(partition))
        .bind(after.get().cast_signed())
        .bind(i64::from(limit))
        .fetch(connection);
    let mut scan = Scan {
        partition,
        last: after,
        resource: None,
    };
    let mut events = Vec::new();
    while let Some(row) = rows.try_next().await.map_err(failed("scanning the log"))? {
        events.push(scan.event(&row)?);
    }
    Ok(events)
}

/// A scan under way.
struct Scan {
    partition: Partition,
    /// The position of the event before.
    last: Position,
    /// The resource of the event before: many in a row are of one.
    resource: Option<ResourceId>,
}

impl Scan {
    fn event(&mut self, row: &PgRow) -> Result<ScannedEvent, LogError> {
        let next = self.last.plus(1);
        if self.get::<i64>(row, column::POSITION)? != next.get().cast_signed() {
            let reason = format!("position {next} is missing");
            return Err(LogError::Corrupt {
                partition: self.partition,
                reason,
            });
        }
        let stream = self.stream(row)?;
        let told = self.told(row, &stream)?;
        self.last = next;
        Ok(ScannedEvent {
            position: next,
            stream,
            told,
        })
    }

    fn stream(&mut self, row: &PgRow) -> Result<StreamId, LogError> {
        let day: Option<NaiveDate> = self.get(row, column::DAY)?;
        let booking: Option<Uuid> = self.get(row, column::BOOKING_ID)?;
        match (day, booking) {
            (None, Some(booking)) => BookingId::try_from(booking)
                .map(StreamId::Booking)
                .map_err(|error| self.corrupt(&error)),
            (Some(day), _) => {
                let day = Day::new(day).map_err(|error| self.corrupt(&error))?;
                Ok(StreamId::ResourceDay(self.resource(row)?, day))
            }
            (None, None) => Ok(StreamId::Resource(self.resource(row)?)),
        }
    }

    fn resource(&mut self, row: &PgRow) -> Result<ResourceId, LogError> {
        let id: &str = self.get(row, column::RESOURCE_ID)?;
        if let Some(known) = self.resource.as_ref().filter(|known| known.as_str() == id) {
            return Ok(known.clone());
        }
        let parsed: Result<ResourceId, _> = id.parse();
        let resource = parsed.map_err(|error| self.corrupt(&error))?;
        Ok(self.resource.insert(resource).clone())
    }

    fn told(&self, row: &PgRow, stream: &StreamId) -> Result<Told, LogError> {
        let event_type: &str = self.get(row, column::EVENT_TYPE)?;
        match event_type {
            "SlotsBooked" => self.mask(row).map(Told::SlotsBooked),
            "SlotsFreed" => self.mask(row).map(Told::SlotsFreed),
            "HoldReleased" | "HoldExpired" | "HoldConsumed" => {
                let hold = self.get::<Uuid>(row, column::HOLD_ID)?;
                Ok(Told::HoldEnded(HoldId::new(hold)))
            }
            _ => {
                let event = self.payload(row, stream, event_type)?;
                Ok(Told::Event(Box::new(event)))
            }
        }
    }

    fn mask(&self, row: &PgRow) -> Result<SlotMask, LogError> {
        self.get::<MaskColumn>(row, column::MASK).map(|mask| mask.0)
    }

    fn payload(&self, row: &PgRow, stream: &StreamId, event_type: &str) -> Result<Event, LogError> {
        let version = self.get(row, column::EVENT_VERSION)?;
        let payload = row
            .try_get_raw(column::PAYLOAD)
            .map_err(|error| self.corrupt(&error))?;
        if !payload.is_null() {
            let text = payload.as_str();
            let text = text.map_err(|error| self.corrupt(&error))?;
            let decoded = Event::decode(stream, event_type, version, text);
            return decoded.map_err(|error| LogError::Decode {
                partition: self.partition,
                source: Box::new(error),
            });
        }
        let recorded_at: DateTime<Utc> = self.get(row, column::RECORDED_AT)?;
        let left = read_emptied(event_type, &self.columns_left(row)?, recorded_at.into());
        left.map(Event::from)
            .map_err(|reason| self.corrupt(&reason))
    }

    /// The columns that an emptied event is read from.
    fn columns_left(&self, row: &PgRow) -> Result<TypedColumns, LogError> {
        Ok(TypedColumns {
            mask: self.get(row, column::MASK)?,
            hold_id: self.get(row, column::HOLD_ID)?,
            lease_expires_at: self.get(row, column::LEASE_EXPIRES_AT)?,
            session_id: self.get(row, column::SESSION_ID)?,
            span_start: self.get(row, column::SPAN_START)?,
            span_slots: self.get(row, column::SPAN_SLOTS)?,
            ..TypedColumns::default()
        })
    }

    fn get<'r, T>(&self, row: &'r PgRow, column: usize) -> Result<T, LogError>
    where
        T: Decode<'r, sqlx::Postgres> + Type<sqlx::Postgres>,
    {
        row.try_get(column).map_err(|error| self.corrupt(&error))
    }

    /// What is wrong with the event after the last.
    fn corrupt(&self, reason: &dyn fmt::Display) -> LogError {
        LogError::Corrupt {
            partition: self.partition,
            reason: format!("position {}: {reason}", self.last.plus(1)),
        }
    }
}
