use domain::partition::Partition;
use sqlx::PgConnection;

use super::ChainValue;
use crate::{LogError, Position, database::smallint};

/// Rows of a block at most: their hashes are 32 kB, and by a block's value one
/// knows of so many rows that they are as they were.
const BLOCK_EVENTS_MAX: u16 = 1_000;

/// A place in a partition's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainPoint {
    /// Of the last row that it stands for.
    pub position: Position,
    /// The chain's value there.
    pub value: ChainValue,
}

impl ChainPoint {
    /// Before the first row of a partition.
    pub fn start(partition: Partition) -> Self {
        Self {
            position: Position::START,
            value: ChainValue::start(partition),
        }
    }

    /// After one more row, whose hash is this.
    pub fn after(self, row_hash: &[u8]) -> Self {
        Self {
            position: self.position.plus(1),
            value: self.value.after(row_hash),
        }
    }
}

/// The end of a partition's chain.
///
/// # Errors
///
/// [`LogError::Database`].
pub async fn last_point(
    connection: &mut PgConnection,
    partition: Partition,
) -> Result<ChainPoint, LogError> {
    let found: Option<(i64, [u8; 32])> = sqlx::query_as(include_str!("last_point.sql"))
        .bind(smallint(partition))
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    let point = found.map(|(position, value)| ChainPoint {
        position: Position::new(position.unsigned_abs()),
        value: ChainValue::from_bytes(value),
    });
    Ok(point.unwrap_or_else(|| ChainPoint::start(partition)))
}

/// Adds a block to a partition's chain after its last point, and returns the point
/// that the chain has come to; none when the log has nothing more.
///
/// May be interrupted, and may run in several places at once: of two blocks after
/// one point, one stands, and both callers go on from that.
///
/// # Errors
///
/// [`LogError::Corrupt`] where a row is missing: nothing is chained past it;
/// [`LogError::Database`].
pub async fn extend(
    connection: &mut PgConnection,
    partition: Partition,
    last: ChainPoint,
) -> Result<Option<ChainPoint>, LogError> {
    let rows: Vec<(i64, [u8; 32])> = sqlx::query_as(include_str!("read_hashes.sql"))
        .bind(smallint(partition))
        .bind(last.position.get().cast_signed())
        .bind(i64::from(BLOCK_EVENTS_MAX))
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    if rows.is_empty() {
        return Ok(None);
    }
    let mut point = last;
    let mut hashes = Vec::with_capacity(32 * rows.len());
    for (position, hash) in rows {
        point = point.after(&hash);
        if position != point.position.get().cast_signed() {
            let reason = format!("position {} is missing", point.position);
            return Err(LogError::Corrupt { partition, reason });
        }
        hashes.extend(hash);
    }
    let added = sqlx::query(include_str!("insert_block.sql"))
        .bind(smallint(partition))
        .bind(last.position.get().cast_signed())
        .bind(point.position.get().cast_signed())
        .bind(point.value.bytes())
        .bind(hashes)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    if added.rows_affected() == 0 {
        point = last_point(connection, partition).await?;
    }
    Ok(Some(point))
}

const fn failed(source: sqlx::Error) -> LogError {
    LogError::Database {
        doing: "extending the chain",
        source,
    }
}
