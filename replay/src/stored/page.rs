use domain::partition::Partition;
use eventlog::Position;
use sqlx::PgConnection;

use super::StoredEvent;
use crate::{
    column,
    error::{ReplayError, failed},
};

/// Events read at once: some megabytes, whatever the size of the log.
const PAGE_EVENTS_MAX: i64 = 4_000;

/// The rows of a partition after `after`, in order of position, up to
/// [`PAGE_EVENTS_MAX`].
pub(crate) async fn read_page(
    connection: &mut PgConnection,
    partition: Partition,
    after: Position,
) -> Result<Vec<StoredEvent>, ReplayError> {
    sqlx::query_as(include_str!("read_page.sql"))
        .bind(column::partition(partition))
        .bind(column::position(after))
        .bind(PAGE_EVENTS_MAX)
        .fetch_all(connection)
        .await
        .map_err(failed("reading events by position"))
}
