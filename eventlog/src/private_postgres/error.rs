//! Why a private PostgreSQL can't be started.

use std::{io, path::PathBuf, time::Duration};

/// What kept a private PostgreSQL from starting or stopping.
#[derive(Debug, thiserror::Error)]
pub enum PrivatePostgresError {
    /// No server programs were found; a client alone is not enough.
    #[error(
        "no PostgreSQL server programs (initdb, postgres) on PATH, by pg_config or under /usr/lib/postgresql: \
         install the package postgresql, or name a running server by DATABASE_URL"
    )]
    NoServerPrograms,
    /// Server programs were found, but none of the version that made the data.
    #[error(
        "the data in {cluster} was made by PostgreSQL {wanted}, and no server programs of that version are \
         installed: install the package postgresql-{wanted}"
    )]
    OtherVersion {
        /// The folder of the data.
        cluster: PathBuf,
        /// The major version that wrote it.
        wanted: String,
    },
    /// The programs that give the server a session of its own are missing.
    #[error(
        "the program {program} is missing: install the package util-linux, or name a running server by DATABASE_URL"
    )]
    NoTool {
        /// `setsid` or `setpriv`.
        program: &'static str,
    },
    /// PostgreSQL refuses to run as root, and there is nobody to run it as.
    #[error(
        "PostgreSQL refuses to run as root, and there is neither a user postgres nor a user nobody"
    )]
    NoAccount,
    /// The data belongs to somebody else.
    #[error("{cluster} belongs to user {owner}, and PostgreSQL would run as user {account}")]
    OtherOwner {
        /// The folder of the data.
        cluster: PathBuf,
        /// Its owner's user id.
        owner: u32,
        /// The user id that the server would have.
        account: u32,
    },
    /// The data lies where the server's user can't go.
    #[error("user {account}, as whom PostgreSQL runs, can't reach {folder}")]
    OutOfReach {
        /// The folder of the data.
        folder: PathBuf,
        /// The user id that the server would have.
        account: u32,
    },
    /// The short folder for the socket is not ours alone.
    #[error("{folder} should be a folder of user {account} alone (mode 0700), and isn't")]
    UnsafeSocketFolder {
        /// The folder in question.
        folder: PathBuf,
        /// The user id that should own it.
        account: u32,
    },
    /// The data of a server that ran here is gone.
    #[error("{cluster} is gone; PostgreSQL ran on it before, and no other takes its place")]
    ClusterGone {
        /// Where it was.
        cluster: PathBuf,
    },
    /// A file or folder could not be read, made or changed.
    #[error("{action} {path}")]
    File {
        /// What was tried, as in "creating".
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// A program could not be run at all.
    #[error("running {program}")]
    Spawn {
        /// Its path.
        program: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// Another process has been starting a server there for too long.
    #[error("another process has been starting PostgreSQL in {folder} for over {limit:?}")]
    StartUnderWay {
        /// The data folder.
        folder: PathBuf,
        /// How long we waited.
        limit: Duration,
    },
    /// A server that nobody owns any more does not go away.
    #[error(
        "an earlier PostgreSQL in {cluster} (process {pid}) is not gone after {limit:?}\n{log}"
    )]
    Lingers {
        /// The folder of its data.
        cluster: PathBuf,
        /// One of its processes.
        pid: i32,
        /// How long we waited.
        limit: Duration,
        /// The end of its log.
        log: String,
    },
    /// `initdb` failed or took too long.
    #[error("initdb did not make a cluster: it ended with {exit}\n{log}")]
    Init {
        /// Its exit status, or that it had to be cut off.
        exit: String,
        /// The end of its output.
        log: String,
    },
    /// The server ended before it took a connection.
    #[error("PostgreSQL ended with {exit} while starting\n{log}")]
    Ended {
        /// Its exit status.
        exit: String,
        /// The end of its log.
        log: String,
    },
    /// The server took no connection in time.
    #[error("PostgreSQL took no connection within {limit:?}\n{log}")]
    NotReady {
        /// How long we waited.
        limit: Duration,
        /// The end of its log.
        log: String,
    },
    /// The server did not end in time, even when told to drop everything.
    #[error("PostgreSQL (process {pid}) did not end within {limit:?}\n{log}")]
    NotStopped {
        /// The server's process.
        pid: i32,
        /// How long we waited.
        limit: Duration,
        /// The end of its log.
        log: String,
    },
    /// The server runs, but refused what start needs of it.
    #[error("asking the private PostgreSQL")]
    Database(#[source] sqlx::Error),
}

/// Names the file in an I/O error.
pub(super) trait OnFile<T> {
    /// Says that `action` failed on `path`.
    fn on(self, action: &'static str, path: &std::path::Path) -> Result<T, PrivatePostgresError>;
}

impl<T> OnFile<T> for io::Result<T> {
    fn on(self, action: &'static str, path: &std::path::Path) -> Result<T, PrivatePostgresError> {
        self.map_err(|source| PrivatePostgresError::File {
            action,
            path: path.to_owned(),
            source,
        })
    }
}
