//! The chain's value at a place that a seal names, which need not be a block's end.

use domain::partition::Partition;
use eventlog::{
    Position,
    chain::{self, ChainPoint, ChainValue},
};
use sqlx::PgConnection;

use crate::{ReplayError, column, error::failed, seal};

/// The value that the chain has at a position: by the block that holds it, and past the
/// chain's end by the hashes of the rows, as a seal of a standby is made. None where
/// blocks or rows are missing.
pub(super) async fn at(
    connection: &mut PgConnection,
    partition: Partition,
    position: Position,
) -> Result<Option<ChainValue>, ReplayError> {
    let Some(before) = position.get().checked_sub(1).map(Position::new) else {
        return Ok(Some(ChainPoint::start(partition).value));
    };
    let Some(block) = chain::read_block(connection, partition, before).await? else {
        return by_rows(connection, partition, position).await;
    };
    let Some(rows) = position.get().checked_sub(block.after.get()) else {
        return Ok(None);
    };
    let start = ends_at(connection, partition, block.after).await?;
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    let reached = start.map(|start| block.hashes().take(rows).fold(start, ChainPoint::after));
    Ok(reached
        .filter(|reached| reached.position == position)
        .map(|reached| reached.value))
}

/// The point at which a block ends, or the start.
async fn ends_at(
    connection: &mut PgConnection,
    partition: Partition,
    position: Position,
) -> Result<Option<ChainPoint>, ReplayError> {
    if position == Position::START {
        return Ok(Some(ChainPoint::start(partition)));
    }
    let value: Option<[u8; 32]> = sqlx::query_scalar(include_str!("chain_value.sql"))
        .bind(column::partition(partition))
        .bind(column::position(position))
        .fetch_optional(connection)
        .await
        .map_err(failed("reading the chain"))?;
    Ok(value.map(|value| ChainPoint {
        position,
        value: ChainValue::from_bytes(value),
    }))
}

/// The value past the chain's end, as the rows lie there.
async fn by_rows(
    connection: &mut PgConnection,
    partition: Partition,
    position: Position,
) -> Result<Option<ChainValue>, ReplayError> {
    let mut reached = chain::last_point(connection, partition).await?;
    while reached.position < position {
        let rows = seal::read_hashes(connection, partition, reached.position).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        for (place, hash) in &rows {
            reached = reached.after(hash);
            if *place != reached.position {
                return Ok(None);
            }
            if reached.position == position {
                break;
            }
        }
    }
    Ok(Some(reached.value))
}
