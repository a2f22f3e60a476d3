//! A new epoch: what was given out as a position before is no position any more.

use std::fmt;

use serde::Serialize;
use sqlx::{postgres::PgConnectOptions, types::Uuid};

use crate::{
    database::Database,
    error::{ReplayError, failed},
    output::{self, Format},
};

/// Which history of the log began.
#[derive(Debug, Serialize, sqlx::FromRow)]
#[serde(rename_all = "camelCase")]
pub struct NewEpoch {
    /// Of which log.
    pub log: Uuid,
    /// How often the log was restored, this time included.
    pub restores: i32,
}

impl fmt::Display for NewEpoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let log = self.log;
        let restores = output::count(self.restores.unsigned_abs().into(), "restore", "restores");
        write!(
            f,
            "log {log} counts {restores}: positions given out before are refused from now on, \
             and running servers know within a second"
        )
    }
}

/// Begins a new epoch of the log at `options`: positions that were given out before
/// are refused, and servers that run know within a second.
///
/// # Errors
///
/// [`ReplayError::NoLog`], [`ReplayError::Database`].
pub async fn begin_at(options: PgConnectOptions) -> Result<NewEpoch, ReplayError> {
    begin(&Database::at(options)).await
}

async fn begin(database: &Database) -> Result<NewEpoch, ReplayError> {
    database.partitions().await?;
    let mut connection = database.connect().await?;
    sqlx::query_as(include_str!("new_epoch.sql"))
        .fetch_one(&mut connection)
        .await
        .map_err(failed("beginning a new epoch"))
}

/// Runs the command.
pub(crate) async fn run(database: &Database, format: Format) -> Result<(), ReplayError> {
    let begun = begin(database).await?;
    match format {
        Format::Json => output::json(&begun)?,
        Format::Human => output::line(begun)?,
    }
    Ok(())
}
