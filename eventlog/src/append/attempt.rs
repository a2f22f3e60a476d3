use sqlx::{Executor, PgConnection};

use super::{
    PreparedBatch,
    statement::{Answer, send},
};
use crate::database::{is_lost, smallint};

/// What one try of an append came to, as far as this try can tell.
#[derive(Debug)]
pub(super) enum Attempt {
    /// Committed.
    Appended,
    /// The head is elsewhere, or in somebody else's hands.
    Missed,
    /// The database refused: this try wrote nothing.
    Refused(sqlx::Error),
    /// There was no connection to try it on: this try wrote nothing.
    Unsent(sqlx::Error),
    /// The connection was lost, or no answer came: committed or not.
    Lost(sqlx::Error),
}

/// Appends within the caller's transaction, which has the head's lock and is to commit;
/// false when the head is not where the batch expects it.
pub(crate) async fn append_in(
    connection: &mut PgConnection,
    batch: &PreparedBatch,
) -> Result<bool, sqlx::Error> {
    let answer = send(connection, &[batch]).await?;
    Ok(answer.has(batch.partition()))
}

/// The same, and ends the transaction; one that has missed goes on.
pub(super) async fn append_and_commit(
    connection: &mut PgConnection,
    batch: &PreparedBatch,
) -> Result<Answer, sqlx::Error> {
    let answer = send(connection, &[batch]).await?;
    if answer.has(batch.partition()) {
        connection.execute("commit").await?;
    }
    Ok(answer)
}

/// Waits for the head, and appends in a transaction of its own.
pub(super) async fn append_waiting(
    connection: &mut PgConnection,
    batch: &PreparedBatch,
) -> Result<Answer, sqlx::Error> {
    connection.execute("begin").await?;
    sqlx::query(include_str!("lock_head.sql"))
        .bind(smallint(batch.partition()))
        .execute(&mut *connection)
        .await?;
    let answer = append_and_commit(connection, batch).await?;
    if !answer.has(batch.partition()) {
        connection.execute("rollback").await?;
    }
    Ok(answer)
}

impl Attempt {
    /// What an error on a connection says about the append that was sent on it.
    pub(super) fn of_error(error: sqlx::Error) -> Self {
        // What the database says of a statement, it says after rolling it back.
        // But a backend that is being ended may have committed before.
        if error.as_database_error().is_some() && !is_lost(&error) {
            Self::Refused(error)
        } else {
            Self::Lost(error)
        }
    }

    /// What an answer says about a batch.
    pub(super) fn of_answer(answer: &Answer, batch: &PreparedBatch) -> Self {
        if answer.has(batch.partition()) {
            Self::Appended
        } else {
            Self::Missed
        }
    }
}

/// Whether an aggregate's expected version was wrong.
pub(super) fn is_wrong_version(error: &sqlx::Error) -> bool {
    let error = error.as_database_error();
    // By name: other constraints fail with 23505 too, and mean other things.
    error.is_some_and(|error| {
        error.is_unique_violation() && error.constraint() == Some("events_expected_version")
    })
}
