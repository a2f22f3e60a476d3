use sqlx::{FromRow, PgConnection};

use super::migrate::DOING;
use crate::{LogError, Refusal, database::failed};

/// PostgreSQL from which a database remembers the version of its own collation.
const SINCE: i32 = 150_000;

/// An index whose collation has changed.
#[derive(FromRow)]
struct Changed {
    index: String,
    collation: String,
    recorded: String,
    actual: String,
}

/// Refuses an index of a table of ours that was sorted by another version of its
/// collation than the system's library has now: it may hide rows. Our own compare by
/// bytes; this is about what somebody has added.
///
/// # Errors
///
/// [`Refusal::CollationChanged`], [`LogError::Database`].
pub(super) async fn require_unchanged(connection: &mut PgConnection) -> Result<(), LogError> {
    let version: i32 = sqlx::query_scalar(include_str!("server_version.sql"))
        .fetch_one(&mut *connection)
        .await
        .map_err(failed(DOING))?;
    if version < SINCE {
        return Ok(());
    }
    let changed: Option<Changed> = sqlx::query_as(include_str!("changed_collation.sql"))
        .fetch_optional(connection)
        .await
        .map_err(failed(DOING))?;
    let Some(changed) = changed else {
        return Ok(());
    };
    Err(Refusal::CollationChanged {
        index: changed.index,
        collation: changed.collation,
        recorded: changed.recorded,
        actual: changed.actual,
    }
    .into())
}
