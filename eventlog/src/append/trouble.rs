//! What keeps appends from being written, as readiness is told of it.

use std::time::Duration;

use sqlx::{Connection, Executor, PgConnection};
use tokio::time::timeout;

use super::statement::APPEND;
use crate::{AppendOutcome, Cause, LogError, database::no_answer, log::Shared};

/// The name under which a trouble with appends is noted.
const APPENDING: &str = "appending";

/// How long a look at what appends need may take.
const PROBE_MAX: Duration = Duration::from_secs(5);

/// Notes what an append says of the database. What every statement meets, renewals of
/// leases meet too, and soon after; this is what appends alone meet.
pub(super) fn note(shared: &Shared, outcome: &Result<AppendOutcome, LogError>) {
    match outcome {
        Ok(_) => shared.health.note(APPENDING, None),
        Err(LogError::Database { source, .. }) if is_for_appends(Cause::of(source)) => {
            shared.health.note(APPENDING, Some(source));
        }
        Err(_) => {}
    }
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

/// Looks whether appends would go well again, if the last one failed for what is noted;
/// a node that is not ready gets no requests, and so would never find out.
pub(crate) async fn probe(shared: &Shared) {
    let Some(cause) = shared.health.noticed_by(APPENDING) else {
        return;
    };
    let options = shared.background.connect_options();
    let looked = timeout(PROBE_MAX, async {
        // A connection of its own: a statement that is half done goes with it.
        let mut connection = PgConnection::connect_with(&options).await?;
        look(&mut connection, cause).await?;
        connection.close().await
    });
    match looked.await.unwrap_or_else(|_| Err(no_answer())) {
        Ok(()) => shared.health.note(APPENDING, None),
        Err(error) => shared.health.note(APPENDING, Some(&error)),
    }
}

async fn look(connection: &mut PgConnection, cause: Cause) -> Result<(), sqlx::Error> {
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
    Ok(())
}
