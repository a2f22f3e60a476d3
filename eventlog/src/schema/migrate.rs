use std::{borrow::Cow, time::Duration};

use sqlx::{
    Connection, Executor, PgConnection, PgPool,
    error::DatabaseError,
    migrate::{MigrateError, Migrator},
};
use tokio::time::sleep;

use super::{collation, floor, index_beside, ours};
use crate::{LogError, database::failed, pooling};

/// The schema's steps, from the first release on.
pub static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// The advisory lock under which one node at a time migrates: "slotmigr" in ASCII.
const LOCK: i64 = 0x736c_6f74_6d69_6772;

/// Between two looks at whether another node is done. Looks and does not wait inside the
/// database: a statement that waits has a snapshot, for whose end an index that is built
/// beside would wait in turn.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// How long a step waits for a table that somebody else uses: all who come after it wait
/// behind it, and so do appends.
const LOCK_TIMEOUT: &str = "set lock_timeout = '3s'";

/// Tries of the steps, where a table was in use: some two minutes in all.
const TRIES_MAX: u32 = 30;

/// Between two tries: those who waited behind get on meanwhile.
const TRY_PAUSE: Duration = Duration::from_secs(1);

/// The state by which PostgreSQL says that a lock was not given in time.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// What is said where a step can't be taken.
pub(super) const DOING: &str = "migrating";

/// Brings the database's schema up to date; safe when several nodes start at once, and
/// beside nodes of the release before.
///
/// Makes sure before that each connection has a session of its own.
///
/// Migrations of later releases are left alone: whether this one still fits is told by
/// the table `schema_floor`.
///
/// # Errors
///
/// [`Refusal::ForeignTable`](crate::Refusal::ForeignTable),
/// [`Refusal::TooOld`](crate::Refusal::TooOld),
/// [`Refusal::CollationChanged`](crate::Refusal::CollationChanged);
/// [`LogError::Migrate`]; [`LogError::Database`], also where a pooler shares sessions.
pub async fn migrate(pool: &PgPool) -> Result<(), LogError> {
    pooling::require_sessions(&pool.connect_options()).await?;
    let acquired = pool.acquire().await.map_err(failed(DOING))?;
    // Its settings and its lock end with it.
    let mut connection = acquired.detach();
    take_turn(&mut connection).await?;
    ours::require_ours(&mut connection).await?;
    floor::require_server(&mut connection).await?;
    index_beside::build(&mut connection).await?;
    run(&mut connection).await?;
    collation::require_unchanged(&mut connection).await?;
    connection.close().await.map_err(failed(DOING))
}

/// A step may take as long as it takes, and so may waiting for the node that takes it.
async fn take_turn(connection: &mut PgConnection) -> Result<(), LogError> {
    let endless = "set statement_timeout = 0; set lock_timeout = 0";
    connection.execute(endless).await.map_err(failed(DOING))?;
    loop {
        let mine: bool = sqlx::query_scalar(include_str!("try_lock.sql"))
            .bind(LOCK)
            .fetch_one(&mut *connection)
            .await
            .map_err(failed(DOING))?;
        if mine {
            return Ok(());
        }
        sleep(LOOK_EVERY).await;
    }
}

async fn run(connection: &mut PgConnection) -> Result<(), LogError> {
    let migrator = Migrator {
        migrations: Cow::Borrowed(&MIGRATOR.migrations),
        ignore_missing: true,
        ..Migrator::DEFAULT
    };
    let patient = connection.execute(LOCK_TIMEOUT).await;
    patient.map_err(failed(DOING))?;
    let mut tries = 1;
    loop {
        match migrator.run(&mut *connection).await {
            Err(error) if tries < TRIES_MAX && is_in_use(&error) => {
                tracing::warn!("a table is in use and can't be migrated yet; trying again");
                tries += 1;
                sleep(TRY_PAUSE).await;
            }
            ended => return ended.map_err(LogError::Migrate),
        }
    }
}

fn is_in_use(error: &MigrateError) -> bool {
    let (MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) = error else {
        return false;
    };
    let error = error.as_database_error();
    error.and_then(DatabaseError::code).as_deref() == Some(LOCK_NOT_AVAILABLE)
}
