use std::time::Duration;

use sqlx::{Connection, Executor, PgConnection, postgres::PgConnectOptions};
use tokio::time::{Instant, sleep};

use super::{Progress, RebuildError, Tell, error::failed};

/// The advisory lock of rebuilds: the bytes of `rebuild`.
const LOCK: i64 = i64::from_be_bytes(*b"\0rebuild");

/// How long to wait for a rebuild that was killed: its backend finds out within
/// this time that nobody listens.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);
/// How often to ask meanwhile.
const LOCK_DELAY: Duration = Duration::from_millis(100);

/// What each connection is told: where the views in the making are; that they need
/// not wait for the disk, since the last commit, which does, brings all before it
/// there; and to end within a second of a killed process.
const SETTINGS: &str = "
    set search_path = slotkeeper_shadow, public;
    set synchronous_commit = off;
    set client_connection_check_interval = 1000;
";

/// A connection of a rebuild.
pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, RebuildError> {
    let connecting = async {
        let mut connection = PgConnection::connect_with(options).await?;
        connection.execute(SETTINGS).await?;
        Ok(connection)
    };
    connecting.await.map_err(failed("connecting"))
}

/// The right to rebuild views of a database, for as long as its connection is.
pub(super) struct Exclusive(PgConnection);

impl Exclusive {
    /// Takes it.
    pub(super) async fn begin(
        options: &PgConnectOptions,
        tell: &Tell,
    ) -> Result<Self, RebuildError> {
        let mut connection = connect(options).await?;
        let deadline = Instant::now() + LOCK_PATIENCE;
        for nth in 0.. {
            let locked: bool = sqlx::query_scalar(include_str!("lock_rebuilds.sql"))
                .bind(LOCK)
                .fetch_one(&mut connection)
                .await
                .map_err(failed("looking for another rebuild"))?;
            if locked {
                return Ok(Self(connection));
            }
            if Instant::now() >= deadline {
                break;
            }
            if nth == 0 {
                tell(Progress::Waiting);
            }
            sleep(LOCK_DELAY).await;
        }
        Err(RebuildError::AnotherAtWork)
    }

    pub(super) const fn connection(&mut self) -> &mut PgConnection {
        &mut self.0
    }

    /// Gives it back.
    pub(super) async fn end(self) -> Result<(), RebuildError> {
        self.0.close().await.map_err(failed("ending a rebuild"))
    }
}
