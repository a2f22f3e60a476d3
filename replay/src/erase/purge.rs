//! Gets deleted keys out of the file that they lay in.

use std::time::Duration;

use sqlx::{Executor, PgConnection, error::DatabaseError};
use tokio::time::{Instant, sleep};

use crate::{
    database::Database,
    error::{ReplayError, failed},
};

/// Between two tries.
const BETWEEN_TRIES: Duration = Duration::from_millis(200);

/// Longest wait for the table's lock, since whoever wants to book waits behind
/// it. In milliseconds.
const LOCK_TIMEOUT_MS: u32 = 200;

/// Writes the table of keys anew, without the rows that were deleted.
///
/// A plain vacuum would only give their space free and leave the bytes there. And
/// rewriting keeps a deleted row while some older transaction may still see it,
/// so those must be over first, for which it waits as long as `patience`.
pub(super) async fn purge(database: &Database, patience: Duration) -> Result<(), ReplayError> {
    let end = Instant::now() + patience;
    let mut connection = database.connect().await?;
    wait_for_older(&mut connection, end).await?;
    let limit = format!("set lock_timeout = {LOCK_TIMEOUT_MS}");
    connection
        .execute(limit.as_str())
        .await
        .map_err(failed("setting a limit"))?;
    loop {
        match connection.execute(include_str!("rewrite_keys.sql")).await {
            Ok(_) => return Ok(()),
            Err(error) if is_lock_timeout(&error) && Instant::now() < end => {}
            Err(error) if is_lock_timeout(&error) => return Err(ReplayError::StillUsed),
            Err(error) => return Err(failed("writing the table of keys anew")(error)),
        }
        // Others get their turn.
        sleep(BETWEEN_TRIES).await;
    }
}

/// Waits until no transaction is left that may see what was deleted before now.
async fn wait_for_older(connection: &mut PgConnection, end: Instant) -> Result<(), ReplayError> {
    let now: String = sqlx::query_scalar(include_str!("this_transaction.sql"))
        .fetch_one(&mut *connection)
        .await
        .map_err(failed("beginning a transaction"))?;
    loop {
        let older: Option<String> = sqlx::query_scalar(include_str!("older_transactions.sql"))
            .bind(&now)
            .fetch_optional(&mut *connection)
            .await
            .map_err(failed("looking for older transactions"))?;
        match older {
            None => return Ok(()),
            Some(who) if Instant::now() >= end => return Err(ReplayError::StillSeen(who)),
            Some(_) => sleep(BETWEEN_TRIES).await,
        }
    }
}

/// Whether the lock was not given in time.
fn is_lock_timeout(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| code == "55P03")
}
