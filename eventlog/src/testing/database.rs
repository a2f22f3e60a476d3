//! The database of one test.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    thread,
};

use sqlx::{
    Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{server, template, url};

/// Connections that a test's pool may open. Many tests share one server.
const CONNECTIONS_MAX: u32 = 10;

/// A migrated database without a log, for one test alone.
///
/// It is dropped with this value, whatever is connected to it.
///
/// ```
/// use eventlog::testing::TestDatabase;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let database = TestDatabase::new().await;
/// let events: i64 = sqlx::query_scalar("select count(*) from events")
///     .fetch_one(database.pool())
///     .await?;
/// assert_eq!(events, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct TestDatabase {
    server: PgConnectOptions,
    name: String,
    pool: PgPool,
}

impl TestDatabase {
    /// Makes a database.
    ///
    /// # Panics
    ///
    /// When no PostgreSQL can be started, or it refuses: a test can't go on
    /// without, and its report should say why.
    pub async fn new() -> Self {
        Self::of(template::copy).await
    }

    /// Makes a database that has nothing in it, no table either.
    ///
    /// # Panics
    ///
    /// As [`Self::new`].
    pub async fn empty() -> Self {
        Self::of(template::create).await
    }

    /// Makes a copy of this one, to which nothing may be connected: its own pool is
    /// closed by this.
    ///
    /// # Panics
    ///
    /// As [`Self::new`], and when something is connected.
    pub async fn copy(&self) -> Self {
        self.pool.close().await;
        let template = self.name.as_str();
        Self::of(async |server: &PgConnectOptions, name: &str| {
            template::copy_of(server, template, name).await;
        })
        .await
    }

    async fn of(make: impl AsyncFnOnce(&PgConnectOptions, &str)) -> Self {
        let server = server::options().await;
        let name = name();
        make(server, &name).await;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .connect_lazy_with(server.clone().database(&name));
        Self {
            server: server.clone(),
            name,
            pool,
        }
    }

    /// A pool on the database, made with it.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// How to connect to the database.
    pub fn options(&self) -> PgConnectOptions {
        self.server.clone().database(&self.name)
    }

    /// How to connect to the database, for another process's `DATABASE_URL`.
    pub fn url(&self) -> String {
        url::of(&self.options())
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let server = self.server.clone();
        let name = std::mem::take(&mut self.name);
        // A runtime of its own: the test's may be gone, and can't be blocked on.
        let dropping = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime
                .block_on(drop_database(&server, &name))
                .map_err(std::io::Error::other)
        });
        // A failing test must not be hidden by its database staying behind.
        if !matches!(dropping.join(), Ok(Ok(()))) {
            tracing::warn!("a test's database could not be dropped");
        }
    }
}

/// Drops a database of that name, and ends the connections to it.
pub(super) async fn drop_database(
    server: &PgConnectOptions,
    name: &str,
) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect_with(server).await?;
    // A name can't be bound, and ours needs no quoting.
    sqlx::query(&format!("drop database if exists {name} with (force)"))
        .execute(&mut connection)
        .await?;
    connection.close().await
}

/// The names of tests' databases begin so.
pub(super) const PREFIX: &str = "slotkeeper_test_";

fn name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut random = [0; 6];
    getrandom::getrandom(&mut random).expect("the system has randomness");
    let random = u64::from_be_bytes([
        0, 0, random[0], random[1], random[2], random[3], random[4], random[5],
    ]);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{PREFIX}{random:012x}_{count}")
}
