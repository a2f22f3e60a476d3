use sqlx::PgConnection;

use super::migrate::{DOING, MIGRATOR};
use crate::{LogError, Refusal, database::failed};

/// Finds out whether the tables of our names are ours: made by our first migration.
///
/// # Errors
///
/// [`Refusal::ForeignTable`] when they are another application's;
/// [`LogError::Database`].
pub(crate) async fn require_ours(connection: &mut PgConnection) -> Result<(), LogError> {
    let found: Vec<String> = sqlx::query_scalar(include_str!("known_tables.sql"))
        .fetch_all(&mut *connection)
        .await
        .map_err(failed(DOING))?;
    let Some(first) = found.first() else {
        return Ok(());
    };
    let migrated = found.iter().any(|table| table == "_sqlx_migrations");
    let versions = if migrated {
        versions(connection).await?
    } else {
        Vec::new()
    };
    let begun = MIGRATOR.iter().next().map(|first| first.version);
    let is_ours = begun.is_some_and(|begun| versions.contains(&begun));
    // Of a node that died before its first step.
    let is_empty = versions.is_empty() && found.len() == 1 && migrated;
    if is_ours || is_empty {
        return Ok(());
    }
    Err(Refusal::ForeignTable(first.clone()).into())
}

/// The migrations that the database has seen.
pub(super) async fn versions(connection: &mut PgConnection) -> Result<Vec<i64>, LogError> {
    sqlx::query_scalar(include_str!("versions.sql"))
        .fetch_all(connection)
        .await
        .map_err(failed(DOING))
}
