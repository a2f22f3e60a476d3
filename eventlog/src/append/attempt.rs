use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Row, postgres::PgRow};

use super::PreparedBatch;
use crate::database::is_lost;

/// What one try of an append came to, as far as this try can tell.
#[derive(Debug)]
pub(super) enum Attempt {
    /// Committed.
    Appended,
    /// The head is elsewhere.
    Missed,
    /// The database refused: this try wrote nothing.
    Refused(sqlx::Error),
    /// There was no connection to try it on: this try wrote nothing.
    Unsent(sqlx::Error),
    /// The connection was lost, or no answer came: committed or not.
    Lost(sqlx::Error),
}

/// What the statement answered.
pub(super) struct Answer {
    pub(super) appended: bool,
    pub(super) now: DateTime<Utc>,
}

/// Sends the statement and waits for its end: outside a transaction, for its commit.
pub(super) async fn send(
    connection: &mut PgConnection,
    batch: &PreparedBatch,
) -> Result<Answer, sqlx::Error> {
    let row: PgRow = batch.statement().fetch_one(connection).await?;
    Ok(Answer {
        appended: row.try_get::<Option<i64>, _>(0)?.is_some(),
        now: row.try_get(1)?,
    })
}

/// Appends within the caller's transaction, which is to commit; false when the head
/// is not where the batch expects it.
pub(crate) async fn append_in(
    connection: &mut PgConnection,
    batch: &PreparedBatch,
) -> Result<bool, sqlx::Error> {
    let answer = send(connection, batch).await?;
    Ok(answer.appended)
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
}

/// Whether an aggregate's expected version was wrong.
pub(super) fn is_wrong_version(error: &sqlx::Error) -> bool {
    let error = error.as_database_error();
    // By name: other constraints fail with 23505 too, and mean other things.
    error.is_some_and(|error| {
        error.is_unique_violation() && error.constraint() == Some("events_expected_version")
    })
}
