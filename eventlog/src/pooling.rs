//! Whether connections to the database have sessions of their own.

use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, Row, postgres::PgConnectOptions, raw_sql,
};
use tokio::time::timeout;

use crate::{
    LogError,
    database::{ANSWER_MAX, failed, no_answer},
};

/// How often it is tried to see another's session. A pooler hands out the session that
/// came back last, so once is enough, but for other clients of it at the same moment.
const TRIES: u8 = 3;

/// What to do about a pooler that shares sessions.
const SHARED: &str = "a pooler such as PgBouncer hands out sessions by the transaction \
    (pool_mode = transaction or statement), and what a node sets, locks and listens to in \
    its session would be another's: set pool_mode = session for this database, or name \
    PostgreSQL itself in DATABASE_URL";

/// What to do about a pooler that does not know what we say when we connect.
const REFUSED: &str = "a pooler such as PgBouncer refuses what Slotkeeper says when it connects: \
    set ignore_startup_parameters = extra_float_digits,options in its configuration";

/// Makes sure that a connection keeps its session from one transaction to the next.
///
/// Sent without prepared statements, which old poolers lose between transactions.
///
/// # Errors
///
/// [`LogError::Database`], with what is to be done where a pooler shares sessions or
/// refuses what is said at the start.
pub(crate) async fn require_sessions(options: &PgConnectOptions) -> Result<(), LogError> {
    let doing = "looking whether connections have sessions of their own";
    match timeout(ANSWER_MAX, are_shared(options)).await {
        Ok(Ok(false)) => Ok(()),
        Ok(Ok(true)) => Err(failed(doing)(configuration(SHARED))),
        Ok(Err(error)) => Err(failed(doing)(explained(error))),
        Err(_) => Err(failed(doing)(no_answer())),
    }
}

fn configuration(remedy: &'static str) -> sqlx::Error {
    sqlx::Error::Configuration(remedy.into())
}

/// An error of a pooler's own, with its remedy where it has one.
fn explained(error: sqlx::Error) -> sqlx::Error {
    let said = error.as_database_error();
    let said = said.map(|error| error.message().to_owned());
    match said {
        Some(said) if said.contains("unsupported startup parameter") => configuration(REFUSED),
        Some(said) if said.contains("statement pooling") => configuration(SHARED),
        _ => error,
    }
}

/// Whether one connection is ever given the session of another.
async fn are_shared(options: &PgConnectOptions) -> Result<bool, sqlx::Error> {
    let mut one = options.connect().await?;
    let mut other = options.connect().await?;
    let mut shared = false;
    for _ in 0..TRIES {
        let before = backend(&mut one).await?;
        other.execute("begin").await?;
        let beside = backend(&mut other).await?;
        // While the other's transaction keeps its session, this one has its own still,
        // or another.
        let after = backend(&mut one).await?;
        other.execute("rollback").await?;
        shared = beside == before || after != before;
        if shared {
            break;
        }
    }
    one.close().await?;
    other.close().await?;
    Ok(shared)
}

/// The session that answers now.
async fn backend(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    let row = connection
        .fetch_one(raw_sql("select pg_backend_pid()"))
        .await?;
    row.try_get(0)
}
