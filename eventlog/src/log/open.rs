use std::num::NonZeroU16;

use sqlx::{Connection, Executor, PgConnection, PgPool};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::LogSettings;
use crate::{
    LogError, MasterKey,
    database::{failed, on_connection},
    keys, pooling,
};

/// The schema's steps, from the first release on.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

/// Brings the database's schema up to date; safe when several nodes start at once.
///
/// Makes sure before that each connection has a session of its own.
///
/// # Errors
///
/// [`LogError::Migrate`]; [`LogError::Database`] where a pooler shares sessions.
pub async fn migrate(pool: &PgPool) -> Result<(), LogError> {
    pooling::require_sessions(&pool.connect_options()).await?;
    let migrating = async {
        let mut connection = pool.acquire().await?.detach();
        // A step may take as long as it takes, and so may waiting for the node
        // that takes it.
        connection
            .execute("set statement_timeout = 0; set lock_timeout = 0")
            .await?;
        MIGRATOR.run(&mut connection).await?;
        connection.close().await?;
        Ok(())
    };
    migrating.await.map_err(LogError::Migrate)
}

/// How many partitions the database's log has.
///
/// # Errors
///
/// [`LogError::Database`], also when there is no log.
pub(super) async fn find(pool: &PgPool) -> Result<NonZeroU16, LogError> {
    let doing = "opening the log";
    let found = on_connection(pool, doing, async |connection| {
        let found = read(connection).await;
        found.map_err(failed(doing))
    });
    let row = found.await?;
    count(row.map_or(0, |(_, partitions, _)| partitions))
}

/// Reads the number of partitions; a constraint of the table says that it is
/// one.
fn count(partitions: i16) -> Result<NonZeroU16, LogError> {
    let partitions = u16::try_from(partitions).ok().and_then(NonZeroU16::new);
    partitions.ok_or_else(|| failed("opening the log")(sqlx::Error::RowNotFound))
}

/// Names the key that marks a log with its master key.
const CHECK_PURPOSE: &str = "slotkeeper/master-key-check/1";

/// How many partitions the database's log has; makes the log when there is none.
///
/// # Errors
///
/// [`LogError::WrongMasterKey`], [`LogError::Database`].
pub(super) async fn find_or_create(
    pool: &PgPool,
    settings: &LogSettings,
) -> Result<NonZeroU16, LogError> {
    let found = on_connection(pool, "opening the log", async |connection| {
        open(connection, settings)
            .await
            .map_err(failed("opening the log"))
    });
    let (id, partitions, check) = found.await?;
    let expected = master_key_check(&settings.master_key, id);
    if !bool::from(expected.as_slice().ct_eq(&check)) {
        return Err(LogError::WrongMasterKey);
    }
    count(partitions)
}

type LogRow = (Uuid, i16, Vec<u8>);

/// In one transaction; nodes that start at once take turns at the row.
async fn open(
    connection: &mut PgConnection,
    settings: &LogSettings,
) -> Result<LogRow, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let found = read(&mut transaction).await?;
    if found.is_none() {
        let id = random_id()?;
        let partitions = settings.partitions.get();
        sqlx::query(include_str!("create_log.sql"))
            .bind(id)
            .bind(i16::try_from(partitions).unwrap_or(i16::MAX))
            .bind(master_key_check(&settings.master_key, id).as_slice())
            .execute(&mut *transaction)
            .await?;
        sqlx::query(include_str!("create_heads.sql"))
            .execute(&mut *transaction)
            .await?;
    }
    let found = match found {
        Some(found) => found,
        None => read(&mut transaction)
            .await?
            .ok_or(sqlx::Error::RowNotFound)?,
    };
    transaction.commit().await?;
    Ok(found)
}

async fn read(connection: &mut PgConnection) -> Result<Option<LogRow>, sqlx::Error> {
    sqlx::query_as(include_str!("log_row.sql"))
        .fetch_optional(connection)
        .await
}

/// A keyed hash of the log's id that only the right master key gives.
fn master_key_check(key: &MasterKey, log: Uuid) -> [u8; 32] {
    keys::mac(&key.derive(CHECK_PURPOSE), log.as_bytes())
}

fn random_id() -> Result<Uuid, sqlx::Error> {
    let mut bytes = [0; 16];
    getrandom::getrandom(&mut bytes).map_err(|error| sqlx::Error::Configuration(error.into()))?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}
