use std::path::PathBuf;

use domain::{ids::BookingId, partition::Partition};
use eventlog::{
    DatabaseUrlError, LogError, MasterKeyParseError, Position,
    private_postgres::PrivatePostgresError,
};
use projections::rebuild::RebuildError;
use sqlx::error::DatabaseError;
use uuid::Uuid;

/// The state by which PostgreSQL says that there is no such table.
const UNDEFINED_TABLE: &str = "42P01";

/// Why a command could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The database did not do what was asked.
    #[error("the database failed at {doing}")]
    Database {
        /// What was asked of it.
        doing: &'static str,
        /// What it said.
        #[source]
        source: sqlx::Error,
    },
    /// As the log's own code says.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database's address names no one database.
    #[error(transparent)]
    DatabaseUrl(#[from] DatabaseUrlError),
    /// There is no data folder to find a private PostgreSQL in.
    #[error(
        "{} holds no private PostgreSQL: name the database by --database-url or the folder by --data",
        .0.display()
    )]
    NoDatabase(PathBuf),
    /// The private PostgreSQL did not start.
    #[error("the private PostgreSQL can't be had")]
    PrivatePostgres(#[from] PrivatePostgresError),
    /// The database holds no log.
    #[error("the database holds no log")]
    NoLog,
    /// Tables of this release are missing.
    #[error(
        "the database's schema is of an older release: start a server of this one, or take its slotkeeper-replay"
    )]
    OldSchema,
    /// A partition has no event there.
    #[error("partition {partition} has no position {position}")]
    NoPosition {
        /// Which.
        partition: Partition,
        /// What was asked for.
        position: Position,
    },
    /// There is no such booking.
    #[error("booking {0} was never made")]
    NoBooking(BookingId),
    /// The keys are deleted, but somebody may still see them.
    #[error(
        "the keys are deleted, but {0} is older and may still see them, so that their bytes can't be got rid of: let it end, and run this again"
    )]
    StillSeen(String),
    /// A file is no calendar.
    #[error(transparent)]
    Calendar(#[from] holidays::CalendarError),
    /// A file can't be read or written.
    #[error("{}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A file was asked for by the name of a folder.
    #[error("{} is a folder: name the file in it that is to be written", .0.display())]
    Folder(PathBuf),
    /// A file is to be written into a folder that is not there.
    #[error("the folder {} is not there", .0.display())]
    NoFolder(PathBuf),
    /// A file is no export, or not as it was written. Nothing was imported.
    #[error("nothing is imported: line {line}: {reason}")]
    BadExport {
        /// Counted from 1, uncompressed.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// An import needs an empty database.
    #[error("nothing is imported: the database is not empty, its table {0} has rows")]
    NotEmpty(String),
    /// An import needs a database of its own.
    #[error(
        "nothing is imported: the database has a table that is another application's, {0}: name an empty one"
    )]
    ForeignTable(String),
    /// A row of the log does not read; `verify` tells of all such.
    #[error("the event at position {position} of partition {partition} does not read: {reason}")]
    Unreadable {
        /// Where.
        partition: Partition,
        /// Where in it.
        position: Position,
        /// Why, in words.
        reason: String,
    },
    /// A stretch was named by its end first.
    #[error("--from is after --to")]
    BackToFront,
    /// Positions were named where several partitions have a say.
    #[error("this is in several partitions: name times instead of positions")]
    ManyPartitions,
    /// The log was put back while it was followed.
    #[error(
        "partition {partition} was put back: it was told up to position {told} and ends at {head}"
    )]
    PutBack {
        /// Which partition.
        partition: Partition,
        /// Up to where it was told.
        told: Position,
        /// Where it ends.
        head: Position,
    },
    /// A file holds no seal.
    #[error("{} holds no seal: {reason}", .file.display())]
    NoSeal {
        /// Which.
        file: PathBuf,
        /// Why, in words.
        reason: String,
    },
    /// A seal is of another log than the database's.
    #[error(
        "the seal is of log {sealed}, and the database holds log {found} or has other partitions"
    )]
    OtherLog {
        /// The log that was sealed.
        sealed: Uuid,
        /// The log that is there.
        found: Uuid,
    },
    /// What was given for the master key is none. Not quoted.
    #[error("the master key can't be used")]
    MasterKey(#[source] MasterKeyParseError),
    /// Views were not rebuilt.
    #[error(transparent)]
    Rebuild(#[from] RebuildError),
    /// What was found could not be written out.
    #[error("the output can't be written")]
    Output(#[from] std::io::Error),
}

/// The error of a statement that every database with a log has the tables for.
pub(crate) fn without_log(doing: &'static str) -> impl FnOnce(sqlx::Error) -> ReplayError {
    move |source| {
        let code = source.as_database_error().and_then(DatabaseError::code);
        if code.is_some_and(|code| code == UNDEFINED_TABLE) {
            ReplayError::NoLog
        } else {
            ReplayError::Database { doing, source }
        }
    }
}

/// The error of a statement that every database of this release has the tables for.
pub(crate) fn of_this_schema(doing: &'static str) -> impl FnOnce(sqlx::Error) -> ReplayError {
    move |source| {
        let code = source.as_database_error().and_then(DatabaseError::code);
        if code.is_some_and(|code| code == UNDEFINED_TABLE) {
            ReplayError::OldSchema
        } else {
            ReplayError::Database { doing, source }
        }
    }
}

impl ReplayError {
    /// Whether another command line would mend it.
    pub(crate) const fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::ManyPartitions
                | Self::BackToFront
                | Self::DatabaseUrl(_)
                | Self::Calendar(_)
                | Self::NoDatabase(_)
                | Self::NoSeal { .. }
                | Self::Folder(_)
                | Self::NoFolder(_)
                | Self::MasterKey(_)
        )
    }
}

/// The error of a statement of ours.
pub(crate) fn failed(doing: &'static str) -> impl FnOnce(sqlx::Error) -> ReplayError {
    move |source| ReplayError::Database { doing, source }
}
