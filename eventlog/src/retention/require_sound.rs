use std::collections::HashSet;

use domain::partition::Partition;
use sqlx::PgConnection;

use super::compact::failed;
use crate::{LogError, database::smallint, read::ScannedRow};

/// Checks rows before they lose their payloads, since a row that was changed is
/// evidence; returns which of them must keep theirs: rows of the first hash version
/// that could not be checked without it.
///
/// # Errors
///
/// [`LogError::Corrupt`] when one is not the row that was hashed;
/// [`LogError::Database`].
pub(super) async fn require_sound(
    connection: &mut PgConnection,
    partition: Partition,
    positions: &[i64],
) -> Result<HashSet<i64>, LogError> {
    let rows = sqlx::query(include_str!("read_whole.sql"))
        .bind(smallint(partition))
        .bind(positions)
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    let mut stay = HashSet::new();
    for row in &rows {
        let row = ScannedRow::of(partition, row)?;
        let (whole, version, hash) = (row.hashed()?, row.hash_version()?, row.hash()?);
        whole
            .check(version, &hash)
            .map_err(|fault| row.corrupt(&fault))?;
        if !whole.is_sound_without_payload(version, &hash) {
            stay.insert(whole.position.get().cast_signed());
        }
    }
    Ok(stay)
}
