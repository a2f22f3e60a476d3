use chrono::{DateTime, Utc};
use domain::partition::Partition;
use sqlx::PgConnection;

use crate::{
    Head, LogError, Position, Tip,
    database::{failed, smallint},
};

/// A partition's end now, on a connection that other things are read on.
///
/// # Errors
///
/// [`LogError::Database`]; [`LogError::Corrupt`] when the log has no such partition.
pub async fn head_on(
    connection: &mut PgConnection,
    partition: Partition,
) -> Result<Head, LogError> {
    read_head(connection, include_str!("head.sql"), partition).await
}

/// A partition's head by a statement that selects position, tip and `last_at`.
pub(crate) async fn read_head(
    connection: &mut PgConnection,
    statement: &'static str,
    partition: Partition,
) -> Result<Head, LogError> {
    let row = sqlx::query_as::<_, (i64, i64, DateTime<Utc>)>(statement)
        .bind(smallint(partition))
        .fetch_optional(connection)
        .await
        .map_err(failed("reading a head"))?;
    let (position, tip, last_at) = row.ok_or_else(|| LogError::Corrupt {
        partition,
        reason: "it has no head".into(),
    })?;
    Ok(Head {
        position: Position::new(position.unsigned_abs()),
        tip: Tip(tip),
        last_at: last_at.into(),
    })
}
