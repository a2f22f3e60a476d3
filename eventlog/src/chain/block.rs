use domain::partition::Partition;
use sqlx::PgConnection;

use super::ChainValue;
use crate::{
    LogError, Position,
    database::{failed, smallint},
};

/// A block of the chain as it lies in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainBlock {
    /// The point before it.
    pub after: Position,
    /// Its point: the position of its last row.
    pub position: Position,
    /// The chain's value there.
    pub value: ChainValue,
    /// The hashes of its rows, in the order of their positions.
    hashes: Vec<u8>,
}

impl ChainBlock {
    /// The hash of the row at a position when the block was written; none for a
    /// row of another block.
    pub fn hash_at(&self, position: Position) -> Option<&[u8]> {
        let nth = position.get().checked_sub(self.after.get() + 1)?;
        self.hashes().nth(usize::try_from(nth).ok()?)
    }

    /// The hashes of its rows, in the order of their positions.
    pub fn hashes(&self) -> impl Iterator<Item = &[u8]> {
        self.hashes.chunks(32)
    }
}

/// The first block of a partition's chain that ends after a position.
///
/// # Errors
///
/// [`LogError::Database`].
pub async fn read_block(
    connection: &mut PgConnection,
    partition: Partition,
    after: Position,
) -> Result<Option<ChainBlock>, LogError> {
    let found: Option<(i64, i64, [u8; 32], Vec<u8>)> =
        sqlx::query_as(include_str!("read_block.sql"))
            .bind(smallint(partition))
            .bind(after.get().cast_signed())
            .fetch_optional(connection)
            .await
            .map_err(failed("reading the chain"))?;
    Ok(found.map(|(after, position, value, hashes)| ChainBlock {
        after: Position::new(after.unsigned_abs()),
        position: Position::new(position.unsigned_abs()),
        value: ChainValue::from_bytes(value),
        hashes,
    }))
}
