//! A PostgreSQL of the server's own, for when no other is named.
//!
//! It keeps its data in a folder, listens on a Unix socket there and nowhere
//! else, and is as durable as any. It runs in a process session of its own, so
//! that Ctrl-C in a terminal leaves it to its starter to stop; when the starter
//! is killed it shuts down by itself. Whoever starts while it runs uses it too.
//! When it is started as root it runs as an unprivileged user.
//!
//! It needs Linux: `setsid` and `setpriv` of util-linux, and `/proc`.

mod account;
mod cluster;
mod error;
mod home;
mod launch;
mod lock;
mod look_after;
mod processes;
mod programs;
mod server;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::time::sleep;

use self::{
    account::Account,
    error::OnFile,
    home::Home,
    lock::FolderLock,
    server::{Adoption, Server},
};
pub use self::{error::PrivatePostgresError, look_after::LookedAfter};

/// The superuser, and the database, of a private PostgreSQL.
const NAME: &str = "slotkeeper";

/// How often to look whether the process that runs the server lives.
const OWNER_POLL: Duration = Duration::from_millis(200);

/// How far a private PostgreSQL goes to keep what it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A commit is on disk before it is answered.
    Kept,
    /// Nothing survives a crash: for tests, which it makes faster.
    #[cfg(feature = "testing")]
    Throwaway,
}

/// A running private PostgreSQL.
///
/// Dropping it tells the server to shut down, without waiting, if this value
/// started it; [`Self::stop`] waits.
#[derive(Debug)]
pub struct PrivatePostgres {
    data: PathBuf,
    durability: Durability,
    home: Home,
    options: PgConnectOptions,
    /// None when another process runs it.
    server: Option<Server>,
}

impl PrivatePostgres {
    /// Starts the PostgreSQL of the data folder `data`, or adopts the one that
    /// runs there, and makes its database when that is missing.
    ///
    /// The folder is made when it is missing. Starts at the same time take turns.
    /// What an earlier start left behind, however it ended, is recovered from.
    ///
    /// # Errors
    ///
    /// [`PrivatePostgresError`] says what is missing or failed, with the end of
    /// the server's log. No process is left running.
    pub async fn start(data: &Path) -> Result<Self, PrivatePostgresError> {
        Self::start_with(data, Durability::Kept).await
    }

    pub(crate) async fn start_with(
        data: &Path,
        durability: Durability,
    ) -> Result<Self, PrivatePostgresError> {
        fs::create_dir_all(data).on("creating", data)?;
        let account = Account::unprivileged()?;
        let _turn = FolderLock::start(data).await?;
        let home = Home::of(data, account)?;
        let options = options(&home.socket_folder()?);
        let server = match server::adopt(&home, &options).await? {
            Adoption::Adopted => None,
            Adoption::Free(owner) => {
                let home = home.clone();
                Some(Server::start(home, account, durability, owner, &options).await?)
            }
        };
        Ok(Self {
            data: data.to_owned(),
            durability,
            home,
            options,
            server,
        })
    }

    /// Waits until nobody keeps the server running any more; tells why.
    async fn gone(&mut self) -> String {
        if let Some(server) = &mut self.server {
            return server.ended().await;
        }
        loop {
            // One that can't be looked at is looked at again.
            if let Ok(Some(_)) = FolderLock::take(&self.home.owner_lock()) {
                return "the process that ran it has ended".into();
            }
            sleep(OWNER_POLL).await;
        }
    }

    /// Starts or adopts it again.
    async fn again(&mut self) -> Result<(), PrivatePostgresError> {
        // Gives up the lock on it, if this process has that.
        self.server = None;
        *self = Self::start_with(&self.data, self.durability).await?;
        Ok(())
    }

    /// How to connect to its database.
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Shuts the server down if this value started it, and waits for its end;
    /// a server that was adopted is left to its owner.
    ///
    /// Open transactions are rolled back.
    ///
    /// # Errors
    ///
    /// [`PrivatePostgresError::NotStopped`] when it does not end in time.
    pub async fn stop(mut self) -> Result<(), PrivatePostgresError> {
        match self.server.take() {
            Some(server) => server.stop().await,
            None => Ok(()),
        }
    }

    /// Stops the server as a crash does, if this value started it: it writes
    /// nothing more, and the next start recovers.
    ///
    /// # Errors
    ///
    /// [`PrivatePostgresError::NotStopped`] when it does not end in time.
    #[cfg(feature = "testing")]
    pub async fn crash(mut self) -> Result<(), PrivatePostgresError> {
        match self.server.take() {
            Some(server) => server.crash().await,
            None => Ok(()),
        }
    }
}

fn options(socket_folder: &Path) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(socket_folder)
        .port(5432)
        .username(NAME)
        .database(NAME)
        .ssl_mode(PgSslMode::Disable)
}
