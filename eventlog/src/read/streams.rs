use domain::{partition::Partition, stream::StreamId};
use sqlx::{PgConnection, postgres::PgRow};

use super::{
    PAGE_EVENTS_MAX, StreamEvents,
    row::{OWN_COLUMNS, StoredRow},
};
use crate::{
    LogError,
    database::{failed, smallint},
};

/// Events of each stream that one read returns at least, if the stream has them: most
/// streams are no longer, and are read at once.
const PER_STREAM_MIN: usize = 16;

/// Whole streams, in the order asked for, read page by page.
///
/// # Errors
///
/// [`LogError::Database`], [`LogError::Decode`], [`LogError::Corrupt`].
pub(crate) async fn read_streams(
    connection: &mut PgConnection,
    partition: Partition,
    streams: &[StreamId],
) -> Result<Vec<StreamEvents>, LogError> {
    let from_the_first = |stream: &StreamId| (stream.clone(), 0);
    let wanted: Vec<_> = streams.iter().map(from_the_first).collect();
    let mut found = read_streams_after(connection, partition, &wanted).await?;
    loop {
        let goes_on: Vec<usize> = (0..found.len()).filter(|nth| found[*nth].more).collect();
        if goes_on.is_empty() {
            return Ok(found);
        }
        let known = |nth: &usize| {
            let StreamEvents { stream, events, .. } = &found[*nth];
            (stream.clone(), events.len() as u64)
        };
        let wanted: Vec<_> = goes_on.iter().map(known).collect();
        let pages = read_streams_after(connection, partition, &wanted).await?;
        for (nth, page) in goes_on.into_iter().zip(pages) {
            found[nth].events.extend(page.events);
            found[nth].more = page.more;
        }
    }
}

/// Streams in the order asked for, each after the sequence up to which it is known: a
/// page of about 4,000 events, in which each stream has an equal part.
///
/// A stream that is `more` than its part is read on by another call; what is in the
/// log does not change in between.
///
/// # Errors
///
/// [`LogError::Database`], [`LogError::Decode`], [`LogError::Corrupt`].
pub async fn read_streams_after(
    connection: &mut PgConnection,
    partition: Partition,
    wanted: &[(StreamId, u64)],
) -> Result<Vec<StreamEvents>, LogError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let limit = (usize::from(PAGE_EVENTS_MAX) / wanted.len()).max(PER_STREAM_MIN);
    let streams = || wanted.iter().map(|(stream, _)| stream);
    let known = wanted.iter().map(|(_, known)| known.cast_signed());
    let types: Vec<_> = streams().map(StreamId::aggregate_type).collect();
    let ids: Vec<_> = streams().map(StreamId::aggregate_id).collect();
    let rows = sqlx::query(include_str!("read_streams.sql"))
        .bind(smallint(partition))
        .bind(types)
        .bind(ids)
        .bind(known.collect::<Vec<_>>())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await
        .map_err(failed("reading streams"))?;
    decode(partition, wanted, limit, &rows)
}

fn decode(
    partition: Partition,
    wanted: &[(StreamId, u64)],
    limit: usize,
    rows: &[PgRow],
) -> Result<Vec<StreamEvents>, LogError> {
    let empty = |(stream, _): &(StreamId, u64)| StreamEvents {
        stream: stream.clone(),
        events: Vec::new(),
        more: false,
    };
    let mut found: Vec<_> = wanted.iter().map(empty).collect();
    for row in rows {
        let row = StoredRow::new(partition, row);
        let nth = row.count(OWN_COLUMNS)?;
        let nth = usize::try_from(nth)
            .ok()
            .and_then(|nth| nth.checked_sub(1))
            .filter(|nth| *nth < found.len())
            .ok_or_else(|| row.corrupt(format!("belongs to stream {nth} of the question")))?;
        let stream = &mut found[nth];
        let event = row.event()?;
        let next = wanted[nth].1 + stream.events.len() as u64 + 1;
        if event.sequence != next {
            return Err(row.corrupt(format!(
                "{} goes on with {} instead of {next}",
                stream.stream, event.sequence
            )));
        }
        stream.events.push(event);
        stream.more = stream.events.len() == limit;
    }
    Ok(found)
}
