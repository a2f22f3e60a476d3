//! The server process, from its start to its end.

use std::{fs, time::Duration};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, PgConnection, error::DatabaseError, postgres::PgConnectOptions};
use tokio::time::{Instant, sleep};

use super::{
    Durability, NAME, Tie,
    account::Account,
    cluster,
    error::{OnFile, PrivatePostgresError},
    guard::Guard,
    home::Home,
    launch::{Launch, Running},
    lock::FolderLock,
    processes,
    programs::Programs,
};

/// How long a server may take to its first connection: after a crash it first
/// replays up to `max_wal_size` of its log.
const START_LIMIT: Duration = Duration::from_mins(5);

/// How long an earlier server may take to go, and a fast shutdown to end: it
/// writes what is dirty in its buffers first.
const STOP_LIMIT: Duration = Duration::from_mins(1);

/// How long a server that has lost its owner may take over a fast shutdown, before it
/// is stopped as in a crash: one that is told to shut down while it recovers, after a
/// full disk for one, may wait for ever.
const ORPHAN_FAST_LIMIT: Duration = Duration::from_secs(20);

/// How long a server may take to end that has been told to drop everything: it gives
/// its processes 5 s before it kills them, and all of them wait for a busy machine.
const ABORT_LIMIT: Duration = Duration::from_mins(1);

/// How often a state is looked at that announces no change.
const POLL: Duration = Duration::from_millis(20);

/// How the SQLSTATEs of a server begin that is starting up, shutting down or crashing.
const OPERATOR_INTERVENTION: &str = "57P";

/// What a start found.
#[derive(Debug)]
pub(super) enum Adoption {
    /// A server that somebody else keeps running, and that takes connections.
    Adopted,
    /// Nobody's server: this process may start one as long as it keeps the lock.
    Free(FolderLock),
}

/// A server that this process started.
#[derive(Debug)]
pub(super) struct Server {
    home: Home,
    running: Running,
    /// Ends it when this process dies, for one that may outlive this process.
    guard: Option<Guard>,
    /// Left to another process: not to be ended.
    left: bool,
    /// Given up last, so that nobody starts before the server has been told to end.
    _owner: FolderLock,
}

/// Waits until the server in `home` either takes connections or has no owner.
pub(super) async fn adopt(
    home: &Home,
    options: &PgConnectOptions,
) -> Result<Adoption, PrivatePostgresError> {
    let deadline = Instant::now() + START_LIMIT;
    loop {
        if let Some(owner) = FolderLock::take(&home.owner_lock())? {
            return Ok(Adoption::Free(owner));
        }
        if connect(options).await?.is_some() {
            tracing::info!(home = %home.cluster().display(), "adopted the PostgreSQL that runs there");
            return Ok(Adoption::Adopted);
        }
        if Instant::now() > deadline {
            return Err(PrivatePostgresError::NotReady {
                limit: START_LIMIT,
                log: home.log_tail(),
            });
        }
        sleep(POLL).await;
    }
}

impl Server {
    /// Starts the server of `home`, once an earlier one that has lost its owner is gone.
    pub(super) async fn start(
        home: Home,
        account: Account,
        durability: Durability,
        tie: Tie,
        owner: FolderLock,
        options: &PgConnectOptions,
    ) -> Result<Self, PrivatePostgresError> {
        await_end_of_orphans(&home).await?;
        home.rotate_log()?;
        let programs = Programs::find(&home.cluster())?;
        if !home.has_cluster()? {
            cluster::init(&home, account, durability, &programs).await?;
        }
        forget_stranger(&home)?;
        let log = home.log();
        let launch = Launch {
            account,
            death_signal: match tie {
                Tie::Fast => Some("INT"),
                Tie::Loose => None,
            },
            program: programs.postgres(),
            arguments: cluster::arguments(&home, durability)?,
            environment: home.environment(),
            log: &log,
        };
        let mut server = Self {
            running: launch.start().await?,
            home,
            guard: None,
            left: false,
            _owner: owner,
        };
        if tie == Tie::Loose {
            server.guard = Some(Guard::over(server.running.pid())?);
        }
        if let Err(error) = server.await_ready(options).await {
            server.stop().await?;
            return Err(error);
        }
        tracing::info!(cluster = %server.home.cluster().display(), "started a private PostgreSQL");
        Ok(server)
    }

    /// Goes on with a server that another process has left, if it runs and takes
    /// connections; nothing else.
    pub(super) async fn take_over(
        home: Home,
        owner: FolderLock,
        options: &PgConnectOptions,
    ) -> Result<Option<Self>, PrivatePostgresError> {
        let name = home.name();
        let postmaster = processes::recorded_postmaster(&home.postmaster_pid());
        let lives = |pid: &Pid| processes::of_cluster(&name).contains(pid);
        let Some(pid) = postmaster.filter(lives) else {
            return Ok(None);
        };
        if connect(options).await?.is_none() {
            return Ok(None);
        }
        let guard = Some(Guard::over(pid)?);
        let running = Running::watched(pid, move || processes::is_postgres(pid));
        let running = running.map_err(|source| PrivatePostgresError::Spawn {
            program: home.cluster(),
            source,
        })?;
        tracing::info!(cluster = %home.cluster().display(), "took the PostgreSQL over that runs there");
        Ok(Some(Self {
            home,
            running,
            guard,
            left: false,
            _owner: owner,
        }))
    }

    /// Leaves the server running, for another process to take over; false when it can't
    /// outlive this process.
    pub(super) fn leave(&mut self) -> bool {
        let Some(guard) = self.guard.take() else {
            return false;
        };
        guard.release();
        self.left = true;
        true
    }

    async fn await_ready(&self, options: &PgConnectOptions) -> Result<(), PrivatePostgresError> {
        let maintenance = options.clone().database("postgres");
        let deadline = Instant::now() + START_LIMIT;
        loop {
            if let Some(exit) = self.running.ended() {
                return Err(PrivatePostgresError::Ended {
                    exit: exit.to_string(),
                    log: self.home.log_tail(),
                });
            }
            if let Some(connection) = connect(&maintenance).await? {
                return make_database(connection)
                    .await
                    .map_err(PrivatePostgresError::Database);
            }
            if Instant::now() > deadline {
                return Err(PrivatePostgresError::NotReady {
                    limit: START_LIMIT,
                    log: self.home.log_tail(),
                });
            }
            sleep(POLL).await;
        }
    }

    /// Waits until the server ends by itself; tells how.
    pub(super) async fn ended(&mut self) -> String {
        let exit = self.running.end().await;
        format!("PostgreSQL ended with {exit}")
    }

    /// Shuts the server down and waits for its end.
    pub(super) async fn stop(mut self) -> Result<(), PrivatePostgresError> {
        self.running.signal(Signal::INT);
        if self.running.wait(STOP_LIMIT).await.is_some() {
            if let Some(guard) = self.guard.take() {
                guard.release();
            }
            return Ok(());
        }
        tracing::warn!(limit = ?STOP_LIMIT, "PostgreSQL takes long to shut down: it is stopped as in a crash");
        self.abort(STOP_LIMIT + ABORT_LIMIT).await
    }

    /// Stops the server as a crash does.
    #[cfg(feature = "testing")]
    pub(super) async fn crash(mut self) -> Result<(), PrivatePostgresError> {
        self.abort(ABORT_LIMIT).await
    }

    /// Tells the server to drop everything; `limit` is what it had in all.
    async fn abort(&mut self, limit: Duration) -> Result<(), PrivatePostgresError> {
        self.running.signal(Signal::QUIT);
        if self.running.wait(ABORT_LIMIT).await.is_some() {
            return Ok(());
        }
        Err(PrivatePostgresError::NotStopped {
            pid: self.running.pid().as_raw_nonzero().get(),
            limit,
            log: self.home.log_tail(),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.left {
            return;
        }
        self.running.signal(Signal::INT);
        if self.running.ended().is_some() {
            self.home.tidy_socket_folder();
        }
    }
}

/// Waits for the end of a server whose owner has died.
///
/// Its death has told the server to shut down; we say so again, for a server
/// that nobody was the death of, started by hand or by a broken kernel. One that does
/// not heed it is stopped as in a crash.
async fn await_end_of_orphans(home: &Home) -> Result<(), PrivatePostgresError> {
    let name = home.name();
    let began = Instant::now();
    let mut told = None;
    loop {
        let left = processes::of_cluster(&name);
        let Some(first) = left.first() else {
            return Ok(());
        };
        let postmaster = processes::recorded_postmaster(&home.postmaster_pid());
        let how = if began.elapsed() < ORPHAN_FAST_LIMIT {
            Signal::INT
        } else {
            Signal::QUIT
        };
        if let Some(postmaster) = postmaster.filter(|pid| told != Some(how) && left.contains(pid)) {
            told = Some(how);
            tracing::info!(
                pid = postmaster.as_raw_nonzero(),
                as_in_a_crash = how == Signal::QUIT,
                "stopping a PostgreSQL that lost its owner"
            );
            // It may be gone by now, or another user's: the wait will tell.
            let _ = kill_process(postmaster, how);
        }
        if began.elapsed() > STOP_LIMIT {
            return Err(PrivatePostgresError::Lingers {
                cluster: home.cluster(),
                pid: first.as_raw_nonzero().get(),
                limit: STOP_LIMIT,
                log: home.log_tail(),
            });
        }
        sleep(POLL).await;
    }
}

/// Removes lock files of a postmaster whose process id now belongs to another
/// program or to a zombie, over which PostgreSQL would refuse to start; a
/// restarted container counts its processes from 1 again. Every other stale file
/// it judges by itself.
fn forget_stranger(home: &Home) -> Result<(), PrivatePostgresError> {
    for file in home.postmaster_lock_files()? {
        let stranger = processes::recorded_postmaster(&file)
            .filter(|pid| rustix::process::test_kill_process(*pid).is_ok())
            .filter(|pid| !processes::is_postgres(*pid));
        if let Some(pid) = stranger {
            tracing::warn!(
                file = %file.display(),
                pid = pid.as_raw_nonzero(),
                "removing a stale lock file: its process is no PostgreSQL any more",
            );
            fs::remove_file(&file).on("removing", &file)?;
        }
    }
    Ok(())
}

/// A connection; nothing while there is no server, or one that takes none yet or any more.
async fn connect(options: &PgConnectOptions) -> Result<Option<PgConnection>, PrivatePostgresError> {
    match PgConnection::connect_with(options).await {
        Ok(connection) => Ok(Some(connection)),
        Err(sqlx::Error::Io(_)) => Ok(None),
        Err(sqlx::Error::Database(error)) if is_passing(error.as_ref()) => Ok(None),
        Err(error) => Err(PrivatePostgresError::Database(error)),
    }
}

fn is_passing(error: &dyn DatabaseError) -> bool {
    error
        .code()
        .is_some_and(|code| code.starts_with(OPERATOR_INTERVENTION))
}

async fn make_database(mut connection: PgConnection) -> Result<(), sqlx::Error> {
    let exists: bool = sqlx::query_scalar(include_str!("database_exists.sql"))
        .bind(NAME)
        .fetch_one(&mut connection)
        .await?;
    if !exists {
        sqlx::query(include_str!("create_database.sql"))
            .execute(&mut connection)
            .await?;
    }
    connection.close().await
}
