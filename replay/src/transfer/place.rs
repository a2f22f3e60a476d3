//! The database that an import goes into: empty, and nobody else's.

use eventlog::MIGRATOR;
use sqlx::{Executor, PgConnection};

use crate::{
    database::Database,
    error::{ReplayError, failed},
};

/// The tables that releases of ours have made.
const OURS: [&str; 16] = [
    "_sqlx_migrations",
    "log",
    "heads",
    "events",
    "postgres_es_events",
    "booking_keys",
    "leases",
    "checkpoints",
    "daily_availability",
    "presence",
    "bookings",
    "resources",
    "generations",
    "chain",
    "retention",
    "schema_floor",
];

/// Where an import goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It had no table, so that the ones that are there were made by the import.
    Bare,
    /// It had the tables of a log, without a row.
    Empty,
}

/// Prepares the database, or refuses it and leaves it as it was.
pub(super) async fn prepare(
    database: &Database,
    connection: &mut PgConnection,
) -> Result<Place, ReplayError> {
    let place = look(connection).await?;
    let pool = database.pool();
    let migrated = eventlog::migrate(&pool).await;
    pool.close().await;
    match migrated {
        Ok(()) => Ok(place),
        Err(error) => {
            take_back(connection, place).await?;
            Err(error.into())
        }
    }
}

/// Refuses another application's database, and one with rows, before anything is made.
async fn look(connection: &mut PgConnection) -> Result<Place, ReplayError> {
    let looking = "looking for tables";
    let migrations: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed(looking))?;
    let ours = migrations && is_first_ours(connection).await?;
    let foreign: Option<String> = sqlx::query_scalar(include_str!("foreign.sql"))
        .bind(OURS)
        .bind(ours)
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed(looking))?;
    if let Some(table) = foreign {
        return Err(ReplayError::ForeignTable(table));
    }
    if !ours {
        return Ok(Place::Bare);
    }
    require_empty(connection).await?;
    Ok(Place::Empty)
}

async fn is_first_ours(connection: &mut PgConnection) -> Result<bool, ReplayError> {
    let Some(first) = MIGRATOR.iter().next() else {
        return Ok(false);
    };
    let found = sqlx::query_scalar(include_str!("our_migrations.sql"))
        .bind(first.version)
        .bind(&*first.checksum)
        .fetch_one(connection)
        .await;
    // A table of that name with other columns is another's.
    Ok(found.unwrap_or(false))
}

/// Refuses a database with rows of a log.
pub(super) async fn require_empty(connection: &mut PgConnection) -> Result<(), ReplayError> {
    let occupied: Option<String> = sqlx::query_scalar(include_str!("occupied.sql"))
        .fetch_optional(connection)
        .await
        .map_err(failed("looking for rows"))?;
    occupied.map_or(Ok(()), |table| Err(ReplayError::NotEmpty(table)))
}

/// Leaves the database as it was, after an import that was refused.
pub(super) async fn take_back(
    connection: &mut PgConnection,
    place: Place,
) -> Result<(), ReplayError> {
    if place == Place::Empty {
        return Ok(());
    }
    let there: bool = sqlx::query_scalar("select to_regclass('log') is not null")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed("looking for a log"))?;
    if there {
        connection
            .execute(include_str!("drop_tables.sql"))
            .await
            .map_err(failed("taking the tables back"))?;
    }
    Ok(())
}
