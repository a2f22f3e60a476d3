use std::{
    io,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::connection::Connection;
use crate::Outcome;

/// How long Redis may take to answer its first question.
const START_LIMIT: Duration = Duration::from_secs(10);

/// How long to wait between two tries to reach it.
const POLL: Duration = Duration::from_millis(20);

/// A Redis for one benchmark: it writes every change to disk before it answers,
/// listens on a Unix socket in a temporary folder, and goes with this value.
#[derive(Debug)]
pub(crate) struct RedisServer {
    _process: Child,
    folder: TempDir,
}

impl RedisServer {
    /// Starts one; nothing when `redis-server` is not installed.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub(crate) async fn start() -> Outcome<Option<Self>> {
        let folder = tempfile::Builder::new()
            .prefix("slotkeeper-bench-redis-")
            .tempdir()?;
        let process = Command::new("redis-server")
            .args(["--port", "0", "--unixsocket", "redis.sock"])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .args(["--save", "", "--daemonize", "no"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        let process = match process {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            process => process?,
        };
        let server = Self {
            _process: process,
            folder,
        };
        server.await_ready().await?;
        Ok(Some(server))
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.folder.path().join("redis.sock")
    }

    async fn await_ready(&self) -> Outcome<()> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            match Connection::open(&self.socket()).await {
                Ok(mut connection) => {
                    connection.ask(&[b"PING"]).await?;
                    return Ok(());
                }
                Err(error) if Instant::now() > deadline => return Err(error),
                Err(_) => tokio::time::sleep(POLL).await,
            }
        }
    }
}
