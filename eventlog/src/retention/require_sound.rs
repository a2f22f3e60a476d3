use std::collections::{BTreeMap, HashSet};

use domain::partition::Partition;
use sqlx::PgConnection;

use super::compact::failed;
use crate::{LogError, database::smallint, read::ScannedRow};

/// Rows that must keep their payloads, by position.
#[derive(Debug, Default)]
pub(super) struct Staying {
    /// Of the first hash version: could not be checked without it.
    pub(super) unchecked: HashSet<i64>,
    /// Not the rows that were hashed, and so evidence; and what is wrong with each.
    pub(super) changed: BTreeMap<i64, String>,
}

impl Staying {
    pub(super) fn is_empty(&self) -> bool {
        self.unchecked.is_empty() && self.changed.is_empty()
    }

    pub(super) fn has(&self, position: i64) -> bool {
        self.unchecked.contains(&position) || self.changed.contains_key(&position)
    }
}

/// Checks rows before they lose their payloads; returns which of them must keep theirs.
///
/// # Errors
///
/// [`LogError::Database`]; [`LogError::Corrupt`] when a row has no position.
pub(super) async fn find_staying(
    connection: &mut PgConnection,
    partition: Partition,
    positions: &[i64],
) -> Result<Staying, LogError> {
    let rows = sqlx::query(include_str!("read_whole.sql"))
        .bind(smallint(partition))
        .bind(positions)
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    let mut staying = Staying::default();
    for row in &rows {
        let row = ScannedRow::of(partition, row)?;
        let position = row.position().get().cast_signed();
        match is_sound_without_payload(&row) {
            Ok(true) => {}
            Ok(false) => {
                staying.unchecked.insert(position);
            }
            Err(fault) => {
                staying.changed.insert(position, fault.to_string());
            }
        }
    }
    Ok(staying)
}

/// Whether the row, which is sound, is so without its payload too.
///
/// # Errors
///
/// [`LogError::Corrupt`] when it is not the row that was hashed.
fn is_sound_without_payload(row: &ScannedRow<'_>) -> Result<bool, LogError> {
    let (whole, version, hash) = (row.hashed()?, row.hash_version()?, row.hash()?);
    whole
        .check(version, &hash)
        .map_err(|fault| row.corrupt(&fault))?;
    Ok(whole.is_sound_without_payload(version, &hash))
}
