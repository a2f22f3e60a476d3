use std::num::NonZeroU16;

use sqlx::{Connection, PgConnection, PgPool};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::LogSettings;
use crate::{
    LogError, MasterKey, Refusal,
    database::{failed, on_connection},
    keys, schema,
};

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
        open(connection, settings).await
    });
    let row = found.await?;
    require_made_with(&settings.master_key, &row)?;
    let (_, partitions, _) = row;
    count(partitions)
}

/// Whether a log was made with this key.
fn require_made_with(key: &MasterKey, (id, _, check): &LogRow) -> Result<(), LogError> {
    let expected = master_key_check(key, *id);
    if bool::from(expected.as_slice().ct_eq(check)) {
        Ok(())
    } else {
        Err(LogError::WrongMasterKey)
    }
}

/// Looks whether the database has a log that a node with this master key may open, or
/// none, before that node makes or changes anything.
///
/// # Errors
///
/// [`LogError::WrongMasterKey`]; [`Refusal::NoMasterKey`] when the node has none and
/// the log was made with one; [`Refusal::ForeignTable`], [`Refusal::LogRowMissing`];
/// [`LogError::Database`].
pub async fn require_key(pool: &PgPool, key: Option<&MasterKey>) -> Result<(), LogError> {
    let doing = "looking for a log";
    let found = on_connection(pool, doing, async |connection| {
        schema::require_ours(connection).await?;
        let is_there: bool = sqlx::query_scalar(include_str!("has_log.sql"))
            .fetch_one(&mut *connection)
            .await
            .map_err(failed(doing))?;
        if !is_there {
            return Ok(None);
        }
        let row = read(connection).await.map_err(failed(doing))?;
        require_no_rows(connection).await?;
        Ok(row)
    });
    match (found.await?, key) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(Refusal::NoMasterKey.into()),
        (Some(row), Some(key)) => require_made_with(key, &row),
    }
}

type LogRow = (Uuid, i16, Vec<u8>);

/// In one transaction; nodes that start at once take turns at the row.
async fn open(connection: &mut PgConnection, settings: &LogSettings) -> Result<LogRow, LogError> {
    let failed = || failed("opening the log");
    let mut transaction = connection.begin().await.map_err(failed())?;
    let found = read(&mut transaction).await.map_err(failed())?;
    if found.is_none() {
        require_no_rows(&mut transaction).await?;
        create(&mut transaction, settings).await.map_err(failed())?;
    }
    let found = match found {
        Some(found) => Some(found),
        None => read(&mut transaction).await.map_err(failed())?,
    };
    transaction.commit().await.map_err(failed())?;
    found.ok_or_else(|| failed()(sqlx::Error::RowNotFound))
}

/// Refuses to make a log over the rows of another: its bookings would count no more.
async fn require_no_rows(connection: &mut PgConnection) -> Result<(), LogError> {
    let left: Option<String> = sqlx::query_scalar(include_str!("rows_without_log.sql"))
        .fetch_optional(connection)
        .await
        .map_err(failed("opening the log"))?;
    left.map_or(Ok(()), |table| Err(Refusal::LogRowMissing(table).into()))
}

async fn create(connection: &mut PgConnection, settings: &LogSettings) -> Result<(), sqlx::Error> {
    let id = random_id()?;
    let partitions = settings.partitions.get();
    sqlx::query(include_str!("create_log.sql"))
        .bind(id)
        .bind(i16::try_from(partitions).unwrap_or(i16::MAX))
        .bind(master_key_check(&settings.master_key, id).as_slice())
        .execute(&mut *connection)
        .await?;
    sqlx::query(include_str!("create_heads.sql"))
        .execute(&mut *connection)
        .await?;
    Ok(())
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
