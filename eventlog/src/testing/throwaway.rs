//! A PostgreSQL for one test run.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process,
};

use sqlx::postgres::PgConnectOptions;

use super::url;
use crate::private_postgres::{PrivatePostgres, PrivatePostgresError};

/// How the folders of throwaway servers begin; the process id of the owner follows.
const FOLDER_PREFIX: &str = "slotkeeper-test-";

/// A PostgreSQL that keeps nothing: fast, without regard for crashes, and gone
/// with the process that started it, if not before.
#[derive(Debug)]
pub struct ThrowawayPostgres {
    folder: PathBuf,
    server: PrivatePostgres,
}

impl ThrowawayPostgres {
    /// Starts one in the folder for temporary files; a process has one at most.
    ///
    /// Removes what processes left there that ended without [`Self::stop`].
    ///
    /// # Errors
    ///
    /// As [`PrivatePostgres::start`].
    pub async fn start() -> Result<Self, PrivatePostgresError> {
        let temp = env::temp_dir();
        sweep(&temp);
        let folder = temp.join(format!("{FOLDER_PREFIX}{}", process::id()));
        let server = PrivatePostgres::start_throwaway(&folder).await?;
        Ok(Self { folder, server })
    }

    /// How to connect to it.
    pub fn options(&self) -> PgConnectOptions {
        self.server.options()
    }

    /// How to connect to it, for `SLOTKEEPER_TEST_DATABASE_URL` of another process.
    pub fn url(&self) -> String {
        url::of(&self.options())
    }

    /// Stops it and removes its files.
    ///
    /// # Errors
    ///
    /// As [`PrivatePostgres::stop`].
    pub async fn stop(self) -> Result<(), PrivatePostgresError> {
        self.server.stop().await?;
        if let Err(error) = remove(&self.folder) {
            tracing::warn!(folder = %self.folder.display(), %error, "a test server's files are left");
        }
        Ok(())
    }
}

/// Removes the folders of processes that are gone.
fn sweep(temp: &Path) {
    let folders = fs::read_dir(temp).into_iter().flatten().flatten();
    for folder in folders.map(|entry| entry.path()) {
        if is_left_behind(&folder) {
            // Somebody else's, or being swept by another process: not our concern.
            let _ = remove(&folder);
        }
    }
}

/// Whether no process of that number is alive, nor, in a container that shares
/// the folder, one that holds the server's lock.
fn is_left_behind(folder: &Path) -> bool {
    let owner = folder.file_name().and_then(|name| {
        name.to_str()?
            .strip_prefix(FOLDER_PREFIX)?
            .parse::<u32>()
            .ok()
    });
    let gone = owner.is_some_and(|owner| !PathBuf::from(format!("/proc/{owner}")).exists());
    let lock = fs::File::open(folder.join("postgres/owner.lock"));
    gone && lock.is_ok_and(|lock| lock.try_lock().is_ok())
}

fn remove(folder: &Path) -> io::Result<()> {
    // Its PostgreSQL may lie elsewhere.
    if let Ok(home) = folder.join("postgres").canonicalize() {
        fs::remove_dir_all(home)?;
    }
    fs::remove_dir_all(folder)
}
