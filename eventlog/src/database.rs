//! How statements reach the database: bounded, and on connections that are
//! known to be sound afterwards.

use std::{io, time::Duration};

use domain::partition::Partition;
use sqlx::{
    PgConnection, PgPool,
    postgres::{PgDatabaseError, PgSeverity},
};

use crate::LogError;

/// Longest wait for an answer. Above the server's own limit, which says more
/// about what went wrong; this one is for a server that says nothing.
pub(crate) const ANSWER_MAX: Duration = Duration::from_secs(12);

/// Runs `work` on a connection of the pool, for at most 12 seconds: longer than
/// any statement may take. `doing` says in an error what could not be done.
///
/// # Errors
///
/// [`LogError::Database`] when there is no connection or no answer; what `work`
/// says.
pub async fn on_connection<T>(
    pool: &PgPool,
    doing: &'static str,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, LogError>,
) -> Result<T, LogError> {
    let mut connection = pool.acquire().await.map_err(failed(doing))?;
    if let Ok(result) = tokio::time::timeout(ANSWER_MAX, work(&mut connection)).await {
        return result;
    }
    // Its answer may still come, or never: not for the pool to wait for.
    drop(connection.detach());
    Err(failed(doing)(no_answer()))
}

/// The error of a statement; `doing` says what could not be done.
pub fn failed(doing: &'static str) -> impl FnOnce(sqlx::Error) -> LogError {
    move |source| LogError::Database { doing, source }
}

/// Whether an error says that the connection is gone, and nothing of the
/// question.
pub(crate) fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        // A backend that is being ended says so with FATAL.
        sqlx::Error::Database(error) => error
            .try_downcast_ref::<PgDatabaseError>()
            .is_some_and(|error| error.severity() != PgSeverity::Error),
        _ => false,
    }
}

/// The error of a server that says nothing.
pub(crate) fn no_answer() -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(
        io::ErrorKind::TimedOut,
        "the database gave no answer in time",
    ))
}

/// A partition's number as its column has it. One that no log can have finds
/// nothing.
pub(crate) fn smallint(partition: Partition) -> i16 {
    i16::try_from(partition.get()).unwrap_or(i16::MAX)
}
