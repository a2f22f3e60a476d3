use std::time::Duration;

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::time::{Instant, timeout};

use crate::{Backoff, Cause, database::no_answer};

/// How long one try to connect may take.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// Before the second try.
const RETRY_MIN: Duration = Duration::from_millis(100);
/// The longest pause between two tries: how late the database's arrival is noticed.
const RETRY_MAX: Duration = Duration::from_secs(1);

/// Waits until the database takes a connection, at most `patience`: nothing says that
/// it is up before those who use it.
///
/// # Errors
///
/// What the last try met; at once when waiting would not mend it.
pub async fn reach(options: &PgConnectOptions, patience: Duration) -> Result<(), sqlx::Error> {
    let deadline = Instant::now() + patience;
    let mut backoff = Backoff::between(RETRY_MIN, RETRY_MAX);
    let mut told = false;
    loop {
        let error = match timeout(CONNECT_MAX, connect(options)).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error,
            Err(_) => no_answer(),
        };
        if !may_pass(&error) || Instant::now() >= deadline {
            return Err(error);
        }
        if !told {
            told = true;
            let patience_ms = patience.as_millis();
            tracing::warn!(%error, patience_ms, "the database is not there yet: it is waited for");
        }
        backoff.wait().await;
    }
}

async fn connect(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    PgConnection::connect_with(options).await?.close().await
}

/// Whether the same try may go well later.
fn may_pass(error: &sqlx::Error) -> bool {
    match Cause::of(error) {
        Cause::DatabaseUnreachable | Cause::DatabaseSilent | Cause::DatabaseOverloaded => {
            !matches!(error, sqlx::Error::Tls(_))
        }
        Cause::DatabaseReadOnly
        | Cause::DiskFull
        | Cause::Schema
        | Cause::DatabaseRefuses
        | Cause::DatabaseFaulty
        | Cause::PrivatePostgres
        | Cause::Behind
        | Cause::Task
        | Cause::Clock => false,
    }
}
