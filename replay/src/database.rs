use std::{num::NonZeroU16, path::PathBuf};

use clap::{ArgMatches, parser::ValueSource};
use domain::{
    ids::{BookingId, ResourceId},
    partition::Partition,
};
use eventlog::{Log, Program, parse_database_url, private_postgres::PrivatePostgres};
use projections::view::View;
use sqlx::{Connection, Executor, PgConnection, PgPool, postgres::PgConnectOptions};

use crate::error::{ReplayError, failed, without_log};

/// What each connection is told. In milliseconds; 0 is without end: reading a
/// whole log takes as long as it takes, and whoever started it can end it.
const CONNECTION_SETTINGS: [(&str, &str); 6] = [
    ("statement_timeout", "0"),
    ("idle_in_transaction_session_timeout", "0"),
    // A lock that is not given in time is another's: better said than waited for.
    ("lock_timeout", "5000"),
    ("default_transaction_isolation", "read\\ committed"),
    // Times and bits come out the same whatever the server's configuration says.
    ("timezone", "UTC"),
    ("jit", "off"),
];

/// Over the options of every command in --help, below those of the one command.
pub(crate) const EVERYWHERE: &str = "Options of every command";

/// Connections for who appends: one holds a head, one reads beside it.
const LOG_CONNECTIONS: u32 = 2;

/// Which database to look at.
#[derive(Debug, clap::Args)]
pub(crate) struct DatabaseArguments {
    /// The PostgreSQL that holds the log, as `postgres://USER:PASSWORD@HOST/DATABASE`.
    /// Absent: the private one under the data folder, which is adopted when a server
    /// runs it and else started for as long as the command takes; a server that has begun
    /// to use it by then takes it over.
    #[arg(
        long,
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL",
        global = true,
        help_heading = EVERYWHERE
    )]
    database_url: Option<String>,

    /// The data folder of `slotkeeper serve`, for its private PostgreSQL.
    #[arg(
        long,
        env = "SLOTKEEPER_DATA",
        value_name = "FOLDER",
        default_value = "./data",
        global = true,
        help_heading = EVERYWHERE
    )]
    data: PathBuf,
}

/// Said where a folder is named by hand, and the environment names another database.
const TWO_DATABASES: &str = "--data names a private PostgreSQL, and DATABASE_URL in the environment names another database: \
    unset DATABASE_URL to take the first, or give --database-url to take the other";

impl DatabaseArguments {
    /// What is wrong with a command line that names one database and an environment that
    /// names another: what was said by hand is never left out without a word.
    pub(crate) fn conflict(matches: &ArgMatches) -> Option<&'static str> {
        let by_hand = matches.value_source("data") == Some(ValueSource::CommandLine);
        let around = matches.value_source("database_url") == Some(ValueSource::EnvVariable);
        (by_hand && around).then_some(TWO_DATABASES)
    }
}

/// The database that a command works on.
#[derive(Debug)]
pub(crate) struct Database {
    options: PgConnectOptions,
    postgres: Option<PrivatePostgres>,
}

impl Database {
    /// Finds it, and starts its PostgreSQL when that is a private one that does
    /// not run.
    pub(crate) async fn find(arguments: &DatabaseArguments) -> Result<Self, ReplayError> {
        // A look at a log must not make an empty one.
        let private = arguments.database_url.is_none();
        if private && !arguments.data.join("postgres").exists() {
            return Err(ReplayError::NoDatabase(arguments.data.clone()));
        }
        Self::find_or_make(arguments).await
    }

    /// Finds it, and makes the private PostgreSQL that is to hold it when there is
    /// none.
    pub(crate) async fn find_or_make(arguments: &DatabaseArguments) -> Result<Self, ReplayError> {
        let (options, postgres) = if let Some(url) = &arguments.database_url {
            (parse_database_url(url)?, None)
        } else {
            let postgres = PrivatePostgres::start_for_a_while(&arguments.data).await?;
            (postgres.options(), Some(postgres))
        };
        Ok(Self {
            postgres,
            ..Self::at(options)
        })
    }

    /// The one that runs at `options`.
    pub(crate) fn at(options: PgConnectOptions) -> Self {
        let options = options
            .application_name("slotkeeper-replay")
            .options(CONNECTION_SETTINGS);
        Self {
            options,
            postgres: None,
        }
    }

    /// A connection of its own.
    pub(crate) async fn connect(&self) -> Result<PgConnection, ReplayError> {
        PgConnection::connect_with(&self.options)
            .await
            .map_err(failed("connecting"))
    }

    /// The way to it, for those who make connections of their own.
    pub(crate) const fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// A pool, for those who insist on one.
    pub(crate) fn pool(&self) -> PgPool {
        PgPool::connect_lazy_with(self.options.clone())
    }

    /// Its log, to append to or to follow; to be closed after use.
    pub(crate) async fn log(&self) -> Result<Log, ReplayError> {
        // Says that there is none in words that fit.
        self.partitions().await?;
        let pool = eventlog::pool(self.options.clone(), LOG_CONNECTIONS);
        Ok(Log::open_without_key(pool).await?)
    }

    /// The partitions of its log; an error where this program does not fit the schema.
    pub(crate) async fn partitions(&self) -> Result<Vec<Partition>, ReplayError> {
        let mut connection = self.connect().await?;
        eventlog::require_fit(&mut connection, Program::Tool).await?;
        let count: Option<i16> = sqlx::query_scalar(include_str!("partitions.sql"))
            .fetch_optional(&mut connection)
            .await
            .map_err(without_log("looking for the log"))?;
        let count = count.and_then(|count| u16::try_from(count).ok());
        let count = count.ok_or(ReplayError::NoLog)?;
        Ok((0..count).map(Partition::new).collect())
    }

    /// How many events its log has, for who wants to know how far a command is.
    pub(crate) async fn events(&self) -> Result<u64, ReplayError> {
        let mut connection = self.connect().await?;
        let events: i64 = sqlx::query_scalar(include_str!("events.sql"))
            .fetch_one(&mut connection)
            .await
            .map_err(failed("reading the heads"))?;
        Ok(events.unsigned_abs())
    }

    /// The partition of a resource.
    pub(crate) async fn partition_of(
        &self,
        resource: &ResourceId,
    ) -> Result<Partition, ReplayError> {
        let count = u16::try_from(self.partitions().await?.len()).ok();
        let count = count.and_then(NonZeroU16::new).ok_or(ReplayError::NoLog)?;
        Ok(Partition::of(resource, count))
    }

    /// The partition of a booking, which another log's need not have here.
    pub(crate) async fn partition_of_booking(
        &self,
        booking: BookingId,
    ) -> Result<Partition, ReplayError> {
        let partition = booking.partition();
        let known = self.partitions().await?.contains(&partition);
        known
            .then_some(partition)
            .ok_or(ReplayError::NoBooking(booking))
    }

    /// Begins what sees one state of the log until it ends, whatever is written
    /// meanwhile.
    pub(crate) async fn snapshot(&self) -> Result<PgConnection, ReplayError> {
        self.begin("begin isolation level repeatable read").await
    }

    /// Begins what sees one state of the log and of the views.
    pub(crate) async fn snapshot_with_views(&self) -> Result<PgConnection, ReplayError> {
        // The views are locked before the snapshot is taken: one that took the place
        // of another later would be there by its name, and empty to the snapshot.
        let views = View::ALL.map(View::name).join(", ");
        self.begin(&format!(
            "begin isolation level repeatable read; lock table {views} in access share mode"
        ))
        .await
    }

    async fn begin(&self, statements: &str) -> Result<PgConnection, ReplayError> {
        let mut connection = self.connect().await?;
        connection
            .execute(statements)
            .await
            .map_err(failed("taking a snapshot"))?;
        Ok(connection)
    }

    /// Stops the private PostgreSQL, if this command started it and nobody else uses it.
    pub(crate) async fn close(self) -> Result<(), ReplayError> {
        if let Some(postgres) = self.postgres {
            postgres.stop().await?;
        }
        Ok(())
    }
}
