//! The server process, from the making of its cluster to its end.

use std::{fs, path::Path, time::Duration};

use rustix::process::{Signal, kill_process};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::time::{Instant, sleep};

use super::{
    Durability, NAME,
    account::Account,
    error::{OnFile, PrivatePostgresError},
    home::Home,
    launch::{Exit, Launch, Running},
    lock::FolderLock,
    processes,
    programs::Programs,
};

/// How long `initdb` may take: a second or two, unless the disk is very slow.
const INIT_LIMIT: Duration = Duration::from_mins(2);

/// How long a server may take to its first connection: after a crash it first
/// replays up to `max_wal_size` of its log.
const START_LIMIT: Duration = Duration::from_mins(5);

/// How long an earlier server may take to go, and a fast shutdown to end: it
/// writes what is dirty in its buffers first.
const STOP_LIMIT: Duration = Duration::from_mins(1);

/// How long a server may take to end that has been told to drop everything.
const ABORT_LIMIT: Duration = Duration::from_secs(10);

/// How often a state is looked at that announces no change.
const POLL: Duration = Duration::from_millis(20);

/// SQLSTATE `cannot_connect_now`: the server is starting up or shutting down.
const CANNOT_CONNECT_NOW: &str = "57P03";

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
        owner: FolderLock,
        options: &PgConnectOptions,
    ) -> Result<Self, PrivatePostgresError> {
        await_end_of_orphans(&home).await?;
        home.rotate_log()?;
        let programs = Programs::find(&home.cluster())?;
        if !home.has_cluster()? {
            init(&home, account, durability, &programs).await?;
        }
        forget_stranger(&home.cluster())?;
        let log = home.log();
        let launch = Launch {
            account,
            death_signal: "INT",
            program: programs.postgres(),
            arguments: arguments(&home, durability)?,
            log: &log,
        };
        let server = Self {
            running: launch.start().await?,
            home,
            _owner: owner,
        };
        server.await_ready(options).await?;
        tracing::info!(cluster = %server.home.cluster().display(), "started a private PostgreSQL");
        Ok(server)
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

    /// Shuts the server down and waits for its end.
    pub(super) async fn stop(mut self) -> Result<(), PrivatePostgresError> {
        self.running.signal(Signal::INT);
        if self.running.wait(STOP_LIMIT).await.is_some() {
            return Ok(());
        }
        tracing::warn!(limit = ?STOP_LIMIT, "PostgreSQL takes long to shut down: it is stopped as in a crash");
        self.running.signal(Signal::QUIT);
        if self.running.wait(ABORT_LIMIT).await.is_some() {
            return Ok(());
        }
        Err(PrivatePostgresError::NotStopped {
            pid: self.running.pid().as_raw_nonzero().get(),
            limit: STOP_LIMIT + ABORT_LIMIT,
            log: self.home.log_tail(),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running.signal(Signal::INT);
        if self.running.ended().is_some() {
            self.home.tidy_socket_folder();
        }
    }
}

/// Waits for the end of a server whose owner has died.
///
/// Its death has told the server to shut down; we say so again, for a server
/// that nobody was the death of, started by hand or by a broken kernel.
async fn await_end_of_orphans(home: &Home) -> Result<(), PrivatePostgresError> {
    let name = home.name();
    let deadline = Instant::now() + STOP_LIMIT;
    let mut told = false;
    loop {
        let left = processes::of_cluster(&name);
        let Some(first) = left.first() else {
            return Ok(());
        };
        let postmaster = processes::recorded_postmaster(&home.cluster());
        if let Some(postmaster) = postmaster.filter(|pid| !told && left.contains(pid)) {
            told = true;
            tracing::info!(
                pid = postmaster.as_raw_nonzero(),
                "stopping a PostgreSQL that lost its owner"
            );
            // It may be gone by now, or another user's: the wait will tell.
            let _ = kill_process(postmaster, Signal::INT);
        }
        if Instant::now() > deadline {
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

/// Removes a `postmaster.pid` whose process id now belongs to another program,
/// over which PostgreSQL would refuse to start; a restarted container counts
/// its processes from 1 again. Every other stale file it judges by itself.
fn forget_stranger(cluster: &Path) -> Result<(), PrivatePostgresError> {
    let stranger = processes::recorded_postmaster(cluster)
        .filter(|pid| rustix::process::test_kill_process(*pid).is_ok())
        .filter(|pid| !processes::is_postgres(*pid));
    let Some(pid) = stranger else {
        return Ok(());
    };
    tracing::warn!(
        pid = pid.as_raw_nonzero(),
        "removing a stale postmaster.pid: another program has its process id"
    );
    let file = cluster.join("postmaster.pid");
    fs::remove_file(&file).on("removing", &file)
}

async fn init(
    home: &Home,
    account: Account,
    durability: Durability,
    programs: &Programs,
) -> Result<(), PrivatePostgresError> {
    let draft = home.cluster_draft()?;
    let mut arguments = vec![
        format!("--pgdata={}", draft.display()),
        format!("--username={NAME}"),
        "--encoding=UTF8".into(),
        "--locale=C".into(),
        "--data-checksums".into(),
        // Only a Unix socket in a folder of our user alone leads to it.
        "--auth-local=trust".into(),
        "--auth-host=reject".into(),
    ];
    if durability != Durability::Kept {
        arguments.push("--no-sync".into());
    }
    let log = home.log();
    let launch = Launch {
        account,
        death_signal: "KILL",
        program: programs.initdb(),
        arguments,
        log: &log,
    };
    let mut running = launch.start().await?;
    let exit = running.wait(INIT_LIMIT).await;
    if exit.is_some_and(Exit::succeeded) {
        return home.adopt_cluster(&draft);
    }
    running.signal(Signal::KILL);
    Err(PrivatePostgresError::Init {
        exit: exit.map_or_else(
            || format!("nothing in {INIT_LIMIT:?}"),
            |exit| exit.to_string(),
        ),
        log: home.log_tail(),
    })
}

fn arguments(home: &Home, durability: Durability) -> Result<Vec<String>, PrivatePostgresError> {
    let socket_folder = home.socket_folder()?;
    let name = home.name();
    let mut settings = vec![
        // In the title of each of its processes.
        format!("cluster_name={name}"),
        "listen_addresses=".into(),
        "port=5432".into(),
        format!("unix_socket_directories={}", socket_folder.display()),
        "unix_socket_permissions=0700".into(),
        "timezone=UTC".into(),
        "log_timezone=UTC".into(),
        // Statements and key values are not for the log.
        "log_error_verbosity=terse".into(),
        "log_min_error_statement=panic".into(),
        "log_checkpoints=off".into(),
    ];
    let more: &[&str] = match durability {
        Durability::Kept => &["max_connections=200", "fsync=on", "synchronous_commit=on"],
        #[cfg(feature = "testing")]
        Durability::Throwaway => &[
            "max_connections=500",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ],
    };
    settings.extend(more.iter().map(ToString::to_string));
    let data = ["-D".to_owned(), home.cluster().display().to_string()];
    let settings = settings.into_iter().flat_map(|s| ["-c".to_owned(), s]);
    Ok(data.into_iter().chain(settings).collect())
}

/// A connection; nothing while there is no server, or one that takes none yet or any more.
async fn connect(options: &PgConnectOptions) -> Result<Option<PgConnection>, PrivatePostgresError> {
    match PgConnection::connect_with(options).await {
        Ok(connection) => Ok(Some(connection)),
        Err(sqlx::Error::Io(_)) => Ok(None),
        Err(sqlx::Error::Database(error))
            if error.code().as_deref() == Some(CANNOT_CONNECT_NOW) =>
        {
            Ok(None)
        }
        Err(error) => Err(PrivatePostgresError::Database(error)),
    }
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
