use domain::partition::Partition;
use sqlx::PgConnection;

use super::read_block;
use crate::{LogError, Position};

/// Compares the hashes of the rows after `after`, in the order of their positions, with
/// the chain, as far as that reaches.
///
/// # Errors
///
/// [`LogError::Corrupt`] where the chain has another hash; [`LogError::Database`].
pub(crate) async fn compare(
    connection: &mut PgConnection,
    partition: Partition,
    after: Position,
    hashes: &[[u8; 32]],
) -> Result<(), LogError> {
    let end = after.plus(hashes.len() as u64);
    let mut reached = after;
    while reached < end {
        let Some(block) = read_block(connection, partition, reached).await? else {
            return Ok(());
        };
        let known = usize::try_from(reached.get() - after.get()).unwrap_or(usize::MAX);
        let mut position = reached;
        for hash in hashes.iter().skip(known) {
            if position == block.position {
                break;
            }
            position = position.plus(1);
            let chained = block.hash_at(position);
            if chained.is_some_and(|chained| chained != hash) {
                let reason = format!("position {position}: the chain has another hash for it");
                return Err(LogError::Corrupt { partition, reason });
            }
        }
        reached = block.position;
    }
    Ok(())
}
