use domain::{
    calendar::{Day, SlotMask},
    event::Event,
    ids::{BookingId, HoldId, ResourceId},
    partition::Partition,
    stream::StreamId,
};
use futures::TryStreamExt;
use sqlx::{PgConnection, postgres::PgRow};

use super::{read_emptied, scanned_row::ScannedRow};
use crate::{
    HashVersion, HashedRow, LogError, Position, chain,
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

/// Reads up to `limit` events after `after`, for a fold of a whole log on a
/// connection of its own. Fewer than `limit` are all that the log held when it
/// was asked, and the last of them ends an append.
///
/// Checks each row by its hash, and its hash by the chain as far as that reaches: so
/// the typed columns say what was appended.
///
/// # Errors
///
/// [`LogError::Database`], [`LogError::Decode`]; [`LogError::Corrupt`] also when a
/// position is missing, or a row is not the one that was hashed or chained.
pub async fn scan(
    connection: &mut PgConnection,
    partition: Partition,
    after: Position,
    limit: u16,
) -> Result<Vec<ScannedEvent>, LogError> {
    let mut scan = Scan {
        partition,
        last: after,
        resource: None,
        hashes: Vec::new(),
    };
    let mut events = Vec::new();
    let mut rows = sqlx::query(include_str!("scan.sql"))
        .bind(smallint(partition))
        .bind(after.get().cast_signed())
        .bind(i64::from(limit))
        .fetch(&mut *connection);
    while let Some(row) = rows.try_next().await.map_err(failed("scanning the log"))? {
        events.push(scan.event(&row)?);
    }
    drop(rows);
    chain::compare(connection, partition, after, &scan.hashes).await?;
    Ok(events)
}

/// A scan under way.
struct Scan {
    partition: Partition,
    /// The position of the event before.
    last: Position,
    /// The resource of the event before: many in a row are of one.
    resource: Option<ResourceId>,
    /// The hashes of the rows so far.
    hashes: Vec<[u8; 32]>,
}

impl Scan {
    fn event(&mut self, row: &PgRow) -> Result<ScannedEvent, LogError> {
        let row = ScannedRow::after(self.last, self.partition, row)?;
        let (hashed, version, hash) = (row.hashed()?, row.hash_version()?, row.hash()?);
        hashed
            .check(version, &hash)
            .map_err(|fault| row.corrupt(&fault))?;
        let stream = self.stream(&row, &hashed)?;
        let told = told(&row, &hashed, &stream)?;
        if version == HashVersion::One.number() {
            compare_columns(&row, &hashed, &stream)?;
        }
        self.last = hashed.position;
        self.hashes.push(hash);
        Ok(ScannedEvent {
            position: hashed.position,
            stream,
            told,
        })
    }

    fn stream(
        &mut self,
        row: &ScannedRow<'_>,
        hashed: &HashedRow<'_>,
    ) -> Result<StreamId, LogError> {
        match (hashed.columns.day, hashed.columns.booking_id) {
            (None, Some(booking)) => BookingId::try_from(booking)
                .map(StreamId::Booking)
                .map_err(|error| row.corrupt(&error)),
            (Some(day), _) => {
                let day = Day::new(day).map_err(|error| row.corrupt(&error))?;
                let resource = self.resource(row, hashed.resource_id)?;
                Ok(StreamId::ResourceDay(resource, day))
            }
            (None, None) => {
                let resource = self.resource(row, hashed.resource_id)?;
                Ok(StreamId::Resource(resource))
            }
        }
    }

    fn resource(&mut self, row: &ScannedRow<'_>, id: &str) -> Result<ResourceId, LogError> {
        if let Some(known) = self.resource.as_ref().filter(|known| known.as_str() == id) {
            return Ok(known.clone());
        }
        let parsed: Result<ResourceId, _> = id.parse();
        let resource = parsed.map_err(|error| row.corrupt(&error))?;
        Ok(self.resource.insert(resource).clone())
    }
}

/// What happened: of what columns tell whole, by them, since reading documents costs.
fn told(row: &ScannedRow<'_>, hashed: &HashedRow<'_>, stream: &StreamId) -> Result<Told, LogError> {
    let lacks = |column| move || row.corrupt(&format!("it has no {column}"));
    let mask = || {
        let mask = hashed.columns.mask.ok_or_else(lacks("mask"));
        mask.map(|mask| mask.0)
    };
    match (hashed.event_type, hashed.event_version) {
        // What has buffers is of a later version, and its payload alone tells them.
        ("SlotsBooked", "1.0") => mask().map(Told::SlotsBooked),
        ("SlotsFreed", "1.0") => mask().map(Told::SlotsFreed),
        ("HoldReleased" | "HoldExpired" | "HoldConsumed", _) => {
            let hold = hashed.columns.hold_id.ok_or_else(lacks("hold_id"))?;
            Ok(Told::HoldEnded(HoldId::new(hold)))
        }
        _ => event(row, hashed, stream).map(|event| Told::Event(Box::new(event))),
    }
}

/// All of what happened, by its payload; by its columns where that is gone.
fn event(
    row: &ScannedRow<'_>,
    hashed: &HashedRow<'_>,
    stream: &StreamId,
) -> Result<Event, LogError> {
    if let Some(payload) = hashed.payload {
        let decoded = Event::decode(stream, hashed.event_type, hashed.event_version, payload);
        return decoded.map_err(|error| LogError::Decode {
            partition: hashed.partition,
            source: Box::new(error),
        });
    }
    let recorded_at = hashed.recorded_at.into();
    let left = read_emptied(stream, hashed.event_type, &hashed.columns, recorded_at);
    left.map(Event::from).map_err(|reason| row.corrupt(&reason))
}

/// Compares columns that the row's hash does not cover with what it does cover.
fn compare_columns(
    row: &ScannedRow<'_>,
    hashed: &HashedRow<'_>,
    told: &StreamId,
) -> Result<(), LogError> {
    let stream = StreamId::parse(hashed.aggregate_type, hashed.aggregate_id);
    let stream = stream.map_err(|error| row.corrupt(&error))?;
    if stream != *told {
        return Err(row.corrupt(&"the typed columns are of another stream"));
    }
    let event = event(row, hashed, &stream)?;
    let repeated = hashed.columns.repeat(hashed.resource_id, &stream, &event);
    repeated.map_err(|fault| row.corrupt(&fault))
}
