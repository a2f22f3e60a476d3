//! How statements reach the database: bounded, and on connections that are
//! known to be sound afterwards.

use std::{io, time::Duration};

use domain::partition::Partition;
use sqlx::{
    Connection, PgConnection, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgDatabaseError, PgSeverity},
};

use crate::LogError;

/// Longest wait for an answer. Above the server's own limit, which says more
/// about what went wrong; this one is for a server that says nothing.
pub(crate) const ANSWER_MAX: Duration = Duration::from_secs(12);

/// Longest wait for the answer to a ping: long for a server that is busy, short for a
/// person who waits behind a link that is dead.
pub(crate) const PING_MAX: Duration = Duration::from_secs(2);

/// Asks a connection that was idle whether it lives. One that has not answered within
/// two seconds does not.
///
/// # Errors
///
/// Why it is not to be used any more.
pub(crate) async fn ping(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    match tokio::time::timeout(PING_MAX, connection.ping()).await {
        Ok(answer) => answer,
        Err(_) => Err(no_answer()),
    }
}

/// A connection of the pool while a question is under way on it.
///
/// The pool asks each connection that comes back whether it lives, and waits for the
/// answer as long as the network lets it, with the connection's place taken. So one
/// whose question was given up, and whose link may be dead, does not go back: it is
/// closed, and its place is free at once.
struct Lent(Option<PoolConnection<Postgres>>);

impl Lent {
    /// Gives it back as sound.
    fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        drop(self.0.take().map(PoolConnection::detach));
    }
}

/// Whether `result` says that its connection is gone.
fn lost<T>(result: &Result<T, LogError>) -> bool {
    matches!(result, Err(LogError::Database { source, .. }) if is_lost(source))
}

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
    let mut lent = Lent(Some(pool.acquire().await.map_err(failed(doing))?));
    let Some(connection) = lent.0.as_deref_mut() else {
        return Err(failed(doing)(sqlx::Error::PoolClosed));
    };
    match tokio::time::timeout(ANSWER_MAX, work(connection)).await {
        Ok(result) if lost(&result) => result,
        Ok(result) => {
            lent.give_back();
            result
        }
        // Its answer may still come, or never: not for the pool to wait for.
        Err(_) => Err(failed(doing)(no_answer())),
    }
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
