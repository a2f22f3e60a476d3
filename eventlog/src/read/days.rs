use domain::{partition::Partition, stream::StreamId};
use sqlx::PgConnection;

use crate::{
    LogError,
    database::{failed, smallint},
};

/// Days that one read finds at most: each costs the database a step down an index,
/// so that all of them take some tens of milliseconds.
pub(crate) const PAGE_DAYS_MAX: u16 = 4_000;

/// Resource days of the partition that have a history, each once, in the order of
/// their ids, after `after`.
///
/// # Errors
///
/// [`LogError::Database`], [`LogError::Corrupt`].
pub(crate) async fn read_days(
    connection: &mut PgConnection,
    partition: Partition,
    after: Option<&StreamId>,
) -> Result<Vec<StreamId>, LogError> {
    let found: Vec<String> = sqlx::query_scalar(include_str!("read_days.sql"))
        .bind(smallint(partition))
        .bind(after.map(StreamId::aggregate_id).unwrap_or_default())
        .bind(i64::from(PAGE_DAYS_MAX))
        .fetch_all(connection)
        .await
        .map_err(failed("reading which days have a history"))?;
    let parse = |id: &String| {
        StreamId::parse("ResourceDay", id).map_err(|error| LogError::Corrupt {
            partition,
            reason: error.to_string(),
        })
    };
    found.iter().map(parse).collect()
}
