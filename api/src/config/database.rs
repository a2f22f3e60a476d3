use std::time::Duration;

use crate::auth::Secret;

use super::within;

/// Where the log is.
#[derive(Debug, Clone, clap::Args)]
pub struct DatabaseSettings {
    /// The PostgreSQL that holds the log, as `postgres://USER:PASSWORD@HOST/DATABASE`.
    /// Absent: a private one under the data folder, started and stopped with the
    /// server.
    #[arg(
        id = "database_url",
        long = "database-url",
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub url: Option<Secret>,

    /// Partitions of a log that is made now; an existing log keeps its own.
    /// Fixed for good: raise it beforehand for many nodes.
    #[arg(
        long,
        env = "SLOTKEEPER_PARTITIONS",
        value_name = "COUNT",
        default_value = "4",
        value_parser = within::<u16>(1..=1024)
    )]
    pub partitions: u16,

    /// Connections to the database at most, beside two for appends and four for
    /// the node's own upkeep: the views keep one a partition busy, and reads share the
    /// rest.
    #[arg(
        long,
        env = "SLOTKEEPER_DATABASE_CONNECTIONS",
        value_name = "COUNT",
        default_value = "24",
        value_parser = within::<u32>(4..=1_000)
    )]
    pub database_connections: u32,

    /// Milliseconds that a start waits for a database that is not there yet: what starts
    /// servers seldom starts the database before. 0 is not at all.
    #[arg(
        long,
        env = "SLOTKEEPER_DATABASE_WAIT_MS",
        value_name = "MS",
        default_value = "30000",
        value_parser = within::<u64>(0..=600_000)
    )]
    pub database_wait_ms: u64,
}

impl DatabaseSettings {
    pub(crate) const fn database_wait(&self) -> Duration {
        Duration::from_millis(self.database_wait_ms)
    }
}
