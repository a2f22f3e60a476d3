//! Nodes behind a `PgBouncer`; skipped, with a note, where none is installed.

use std::{
    error::Error,
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use eventlog::{Log, testing::TestDatabase};
use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgSslMode},
};
use tempfile::TempDir;

use crate::support::{append, resource, settings, soon};

/// Where distributions put it.
const PROGRAMS: [&str; 3] = [
    "/usr/sbin/pgbouncer",
    "/usr/bin/pgbouncer",
    "/usr/local/bin/pgbouncer",
];

/// One that runs, with its database's name.
struct PgBouncer {
    server: Child,
    port: u16,
    database: String,
    _folder: TempDir,
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl PgBouncer {
    /// Starts one that hands out sessions by `mode`; none when there is no such program.
    #[expect(
        clippy::print_stderr,
        reason = "who reads the tests must see what was skipped"
    )]
    async fn start(database: &TestDatabase, mode: &str) -> Option<Self> {
        let Some(program) = PROGRAMS.iter().find(|path| Path::new(path).exists()) else {
            eprintln!("skipped: pgbouncer is not installed");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pgbouncer.ini");
        let port = free_port();
        fs::write(&file, configuration(database, mode, port)).unwrap();
        let server = Command::new(program)
            .arg("-q")
            .arg(&file)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let name = database.options().get_database().unwrap().to_owned();
        let bouncer = Self {
            server,
            port,
            database: name,
            _folder: folder,
        };
        let runs = async { while bouncer.options().connect().await.is_err() {} };
        soon(runs).await;
        Some(bouncer)
    }

    fn options(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port)
            .username("anybody")
            .database(&self.database)
            .ssl_mode(PgSslMode::Disable)
    }
}

/// A port that nobody listens on now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// The password in a URL, which options keep to themselves, as the file has it.
fn password(database: &TestDatabase) -> String {
    let url = database.url();
    let authority = url.strip_prefix("postgres://").unwrap();
    let user = authority.split('@').next().unwrap();
    match user.split_once(':') {
        Some((_, password)) => format!("password={password}"),
        None => String::new(),
    }
}

fn configuration(database: &TestDatabase, mode: &str, port: u16) -> String {
    let options = database.options();
    let socket = options
        .get_socket()
        .map(|socket| socket.display().to_string());
    let host = socket.unwrap_or_else(|| options.get_host().to_owned());
    let name = options.get_database().unwrap();
    let (user, password) = (options.get_username(), password(database));
    let server_port = options.get_port();
    // It refuses to be root.
    let run_as = if fs::read_dir("/root").is_ok() {
        "user = postgres"
    } else {
        ""
    };
    format!(
        "[databases]\n\
         {name} = host={host} port={server_port} dbname={name} user={user} {password}\n\
         [pgbouncer]\n\
         listen_addr = 127.0.0.1\n\
         listen_port = {port}\n\
         unix_socket_dir =\n\
         auth_type = any\n\
         pool_mode = {mode}\n\
         ignore_startup_parameters = extra_float_digits,options\n\
         {run_as}\n"
    )
}

#[tokio::test]
async fn by_the_session_nodes_work_behind_a_pooler() {
    let database = TestDatabase::new().await;
    let Some(bouncer) = PgBouncer::start(&database, "session").await else {
        return;
    };
    let pool = eventlog::pool(bouncer.options(), 4);
    eventlog::migrate(&pool).await.unwrap();
    let timeout: String = sqlx::query_scalar("select current_setting('statement_timeout')")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(timeout, "10s");
    let log = Log::open(pool, settings()).await.unwrap();
    let studio = resource("studio-a");
    append(&log, &studio, 1, 3).await;
    let head = log.head(log.partition_of(&studio)).await.unwrap();
    assert_eq!(head.position.get(), 3);
    log.close().await;
}

#[tokio::test]
async fn by_the_transaction_a_pooler_is_refused_at_the_start_by_name() {
    let database = TestDatabase::new().await;
    let Some(bouncer) = PgBouncer::start(&database, "transaction").await else {
        return;
    };
    let pool = eventlog::pool(bouncer.options(), 4);
    let refused = eventlog::migrate(&pool).await.unwrap_err();
    let cause = refused.source().unwrap().to_string();
    assert!(cause.contains("PgBouncer"), "{cause}");
    assert!(cause.contains("pool_mode = session"), "{cause}");
}
