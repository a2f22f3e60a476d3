use domain::{event::Event, partition::Partition, stream::StreamId};
use sqlx::PgConnection;

use super::row::EventRow;
use crate::{LogError, Position, database::smallint};

/// What a fold needs of an event, without what it costs to read the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScannedEvent {
    /// Its place in its partition.
    pub position: Position,
    /// The stream it is in.
    pub stream: StreamId,
    /// What happened.
    pub event: Event,
}

/// Reads up to `limit` events after `after`, for a fold of a whole log on a
/// connection of its own. Fewer than `limit` are all that the log held when it
/// was asked, and the last of them ends an append.
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
    let rows = sqlx::query(include_str!("scan.sql"))
        .bind(smallint(partition))
        .bind(after.get().cast_signed())
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await
        .map_err(|source| LogError::Database {
            doing: "scanning the log",
            source,
        })?;
    let mut events = Vec::with_capacity(rows.len());
    let mut next = after;
    for row in &rows {
        let event = EventRow::new(partition, row).scanned()?;
        next = next.plus(1);
        if event.position != next {
            let reason = format!("position {next} is missing");
            return Err(LogError::Corrupt { partition, reason });
        }
        events.push(event);
    }
    Ok(events)
}
