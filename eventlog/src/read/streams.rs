use domain::{partition::Partition, stream::StreamId};
use sqlx::{PgConnection, postgres::PgRow};

use super::{
    StreamEvents,
    row::{EventRow, OWN_COLUMNS},
};
use crate::{
    LogError,
    database::{failed, smallint},
};

/// Whole streams, in the order asked for.
///
/// # Errors
///
/// [`LogError::Database`], [`LogError::Decode`], [`LogError::Corrupt`].
pub(crate) async fn read_streams(
    connection: &mut PgConnection,
    partition: Partition,
    streams: &[StreamId],
) -> Result<Vec<StreamEvents>, LogError> {
    if streams.is_empty() {
        return Ok(Vec::new());
    }
    let types: Vec<_> = streams.iter().map(StreamId::aggregate_type).collect();
    let ids: Vec<_> = streams.iter().map(StreamId::aggregate_id).collect();
    let rows = sqlx::query(include_str!("read_streams.sql"))
        .bind(smallint(partition))
        .bind(types)
        .bind(ids)
        .fetch_all(connection)
        .await
        .map_err(failed("reading streams"))?;
    decode(partition, streams, &rows)
}

fn decode(
    partition: Partition,
    streams: &[StreamId],
    rows: &[PgRow],
) -> Result<Vec<StreamEvents>, LogError> {
    let empty = |stream: &StreamId| StreamEvents {
        stream: stream.clone(),
        events: Vec::new(),
    };
    let mut found: Vec<_> = streams.iter().map(empty).collect();
    for row in rows {
        let row = EventRow::new(partition, row);
        let nth = row.count(OWN_COLUMNS)?;
        let stream = usize::try_from(nth)
            .ok()
            .and_then(|nth| found.get_mut(nth.checked_sub(1)?))
            .ok_or_else(|| row.corrupt(format!("belongs to stream {nth} of the question")))?;
        let event = row.event()?;
        let next = stream.events.len() as u64 + 1;
        if event.sequence != next {
            return Err(row.corrupt(format!(
                "{} goes on with {} instead of {next}",
                stream.stream, event.sequence
            )));
        }
        stream.events.push(event);
    }
    Ok(found)
}
