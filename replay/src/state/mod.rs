//! How things stood at an earlier moment: folds of streams up to a position.

mod booking;
mod days;
mod moment;
mod resource;
mod show;
mod strip;

pub use booking::booking_at;
pub use days::{DayThen, days_at};
pub use moment::{At, AtParseError, Moment};
pub(crate) use resource::resource_at;
pub(crate) use show::{StateArguments, show};
use strip::{strip, strip_hours};

use domain::{partition::Partition, stream::StreamId};
use eventlog::RecordedEvent;
use sqlx::PgConnection;

use crate::{ReplayError, column, error::failed, stored::StoredEvent};

/// Streams of one type up to a moment, their events in the partition's order.
async fn read_streams(
    connection: &mut PgConnection,
    partition: Partition,
    streams: &[StreamId],
    moment: Moment,
) -> Result<Vec<RecordedEvent>, ReplayError> {
    let Some(first) = streams.first() else {
        return Ok(Vec::new());
    };
    let ids: Vec<_> = streams.iter().map(StreamId::aggregate_id).collect();
    let rows: Vec<StoredEvent> = sqlx::query_as(include_str!("read_streams.sql"))
        .bind(column::partition(partition))
        .bind(first.aggregate_type())
        .bind(ids)
        .bind(column::position(moment.position))
        .fetch_all(connection)
        .await
        .map_err(failed("reading streams"))?;
    let read = |row: &StoredEvent| {
        row.recorded().map_err(|reason| ReplayError::Unreadable {
            partition,
            position: row.position(),
            reason,
        })
    };
    rows.iter().map(read).collect()
}
