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
mod guard;
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

/// Whether a server may outlive the process that starts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tie {
    /// The kernel itself tells it to shut down when that process dies.
    Fast,
    /// It can be handed over; a guard tells it to shut down else.
    Loose,
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
    /// Says that this process uses it.
    user: Option<FolderLock>,
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
        Self::start_with(data, Durability::Kept, Tie::Fast).await
    }

    /// The same for who needs it for a while alone: [`Self::stop`] leaves it running as
    /// long as another process uses it, and that one takes it over.
    ///
    /// # Errors
    ///
    /// As [`Self::start`].
    pub async fn start_for_a_while(data: &Path) -> Result<Self, PrivatePostgresError> {
        Self::start_with(data, Durability::Kept, Tie::Loose).await
    }

    #[cfg(feature = "testing")]
    pub(crate) async fn start_throwaway(data: &Path) -> Result<Self, PrivatePostgresError> {
        Self::start_with(data, Durability::Throwaway, Tie::Fast).await
    }

    async fn start_with(
        data: &Path,
        durability: Durability,
        tie: Tie,
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
                Some(Server::start(home, account, durability, tie, owner, &options).await?)
            }
        };
        Ok(Self {
            // Whoever has it alone looks whether others use it, while it is his turn.
            user: FolderLock::share(&home.users_lock())?,
            data: data.to_owned(),
            durability,
            home,
            options,
            server,
        })
    }

    /// Waits until nobody keeps the server running any more; tells why.
    async fn gone(&mut self) -> String {
        loop {
            if let Some(server) = &mut self.server {
                return server.ended().await;
            }
            // One that can't be looked at is looked at again.
            if let Ok(Some(owner)) = FolderLock::take(&self.home.owner_lock()) {
                match self.take_over(owner).await {
                    Ok(true) => continue,
                    Ok(false) => return "the process that ran it has ended".into(),
                    Err(error) => return error.to_string(),
                }
            }
            sleep(OWNER_POLL).await;
        }
    }

    /// Goes on with the server that another process has left; false when none runs.
    async fn take_over(&mut self, owner: FolderLock) -> Result<bool, PrivatePostgresError> {
        let server = Server::take_over(self.home.clone(), owner, &self.options).await?;
        self.server = server;
        Ok(self.server.is_some())
    }

    /// Starts or adopts it again.
    async fn again(&mut self) -> Result<(), PrivatePostgresError> {
        // Gives up the lock on it, if this process has that.
        self.server = None;
        // A folder that is away, as on a disk that is not mounted, would else be taken
        // for one that is empty.
        if !self.home.has_cluster()? {
            let cluster = self.home.cluster();
            return Err(PrivatePostgresError::ClusterGone { cluster });
        }
        *self = Self::start_with(&self.data, self.durability, Tie::Fast).await?;
        Ok(())
    }

    /// How to connect to its database.
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Shuts the server down if this value runs it, and waits for its end; a server that
    /// was adopted is left to its owner, and one that was started for a while, or taken
    /// over, to those who still use it.
    ///
    /// Open transactions are rolled back.
    ///
    /// # Errors
    ///
    /// [`PrivatePostgresError::NotStopped`] when it does not end in time.
    pub async fn stop(mut self) -> Result<(), PrivatePostgresError> {
        // Nobody begins to use it meanwhile.
        let _turn = FolderLock::start(&self.data).await?;
        if self.server.is_none()
            && let Some(owner) = FolderLock::take_in_a_moment(&self.home.owner_lock()).await?
        {
            self.take_over(owner).await?;
        }
        let Some(mut server) = self.server.take() else {
            return Ok(());
        };
        self.user = None;
        let alone = FolderLock::take_in_a_moment(&self.home.users_lock()).await?;
        if alone.is_none() && server.leave() {
            let cluster = self.home.cluster();
            tracing::info!(cluster = %cluster.display(), "the PostgreSQL is left to who still uses it");
            return Ok(());
        }
        server.stop().await
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
