//! What keeps appends from being written, as readiness is told of it.

use std::{sync::Arc, time::Duration};

use sqlx::{Connection, Executor, PgConnection};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::statement::APPEND;
use crate::{AppendOutcome, Cause, LogError, database::no_answer, log::Shared};

/// The name under which a trouble with appends is noted.
const APPENDING: &str = "appending";

/// How long a look at what appends need may take.
const PROBE_MAX: Duration = Duration::from_secs(5);

/// How often it is looked at while there is a trouble: each look takes a connection.
const PROBE_EVERY: Duration = Duration::from_secs(1);

/// Notes what an append says of the database. What every statement meets, renewals of
/// leases meet too, and soon after; this is what appends alone meet.
pub(super) fn note(shared: &Shared, outcome: &Result<AppendOutcome, LogError>) {
    match outcome {
        Ok(AppendOutcome::Appended(_)) => shared.health.clear(APPENDING),
        Err(LogError::Database { source, .. }) if is_for_appends(Cause::of(source)) => {
            set(shared, source);
        }
        // Where an append missed, nothing was written, so nothing is known.
        Ok(AppendOutcome::Missed) | Err(_) => {}
    }
}

fn set(shared: &Shared, error: &sqlx::Error) {
    let cause = Cause::of(error);
    shared.health.set(APPENDING, cause, error.to_string());
}

const fn is_for_appends(cause: Cause) -> bool {
    match cause {
        Cause::DatabaseReadOnly | Cause::DiskFull | Cause::Schema | Cause::DatabaseRefuses => true,
        Cause::DatabaseUnreachable
        | Cause::DatabaseSilent
        | Cause::DatabaseOverloaded
        | Cause::DatabaseFaulty
        | Cause::PrivatePostgres
        | Cause::Behind
        | Cause::Task
        | Cause::Clock => false,
    }
}

/// Looks whether appends would go well again, while the last one failed for what is noted,
/// until `stop`: a node that is not ready gets no requests, and so would never find out.
pub(crate) async fn mind(shared: Arc<Shared>, stop: CancellationToken) {
    let mut ticks = interval(PROBE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let looking = async {
        loop {
            ticks.tick().await;
            probe(&shared).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = looking => {}
    }
}

async fn probe(shared: &Shared) {
    let Some(cause) = shared.health.noticed_by(APPENDING) else {
        return;
    };
    let options = shared.background.connect_options();
    let looked = timeout(PROBE_MAX, async {
        // A connection of its own: a statement that is half done goes with it.
        let mut connection = PgConnection::connect_with(&options).await?;
        let over = look(&mut connection, cause).await?;
        connection.close().await?;
        Ok(over)
    });
    match finding(looked.await.unwrap_or_else(|_| Err(no_answer()))) {
        Finding::Over => shared.health.clear(APPENDING),
        Finding::Stands => {}
        Finding::Other(error) => set(shared, &error),
    }
}

/// What a look says of what is noted.
#[derive(Debug)]
enum Finding {
    Over,
    Stands,
    /// Appends meet something else by now.
    Other(sqlx::Error),
}

/// A look that fails for what every statement meets, such as a database that is away, has
/// not found out: what is noted stands, so that the next one looks for the same.
fn finding(looked: Result<bool, sqlx::Error>) -> Finding {
    match looked {
        Ok(true) => Finding::Over,
        Err(error) if is_for_appends(Cause::of(&error)) => Finding::Other(error),
        Ok(false) | Err(_) => Finding::Stands,
    }
}

/// Whether what is noted is over.
async fn look(connection: &mut PgConnection, cause: Cause) -> Result<bool, sqlx::Error> {
    // In a transaction that takes no writes an append is planned and begun all the same.
    if cause == Cause::DatabaseReadOnly {
        let read_only: String = sqlx::query_scalar("show transaction_read_only")
            .fetch_one(&mut *connection)
            .await?;
        if read_only == "on" {
            return Ok(false);
        }
    }
    // Planned and begun, and not run: finds what is missing and what is forbidden.
    let plan = format!(
        "prepare append as {APPEND}; \
         explain execute append (null, null, null, null, null, null, null, null, null, null)"
    );
    connection.execute(sqlx::raw_sql(&plan)).await?;
    if cause == Cause::DiskFull {
        let mut transaction = connection.begin().await?;
        let room = transaction.execute(include_str!("probe_room.sql")).await;
        match room {
            // Who may not make such a table can't find out; the next append does.
            Err(error) if Cause::of(&error) == Cause::DatabaseRefuses => {}
            room => {
                room?;
            }
        }
        transaction.rollback().await?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_that_could_not_be_taken_says_nothing_of_what_is_noted() {
        for error in [sqlx::Error::PoolTimedOut, no_answer()] {
            assert!(matches!(finding(Err(error)), Finding::Stands));
        }
        assert!(matches!(finding(Ok(false)), Finding::Stands));
        assert!(matches!(finding(Ok(true)), Finding::Over));
        let lacking = sqlx::Error::ColumnNotFound("mask".into());
        assert!(matches!(finding(Err(lacking)), Finding::Other(_)));
    }
}
