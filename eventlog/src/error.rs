use domain::{partition::Partition, upcast::DecodeError};
use sqlx::{error::DatabaseError, migrate::MigrateError};

use crate::{Refusal, database::is_lost};

/// What goes wrong between us and the database.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The database did not do what was asked, and did nothing.
    #[error("the database failed at {doing}")]
    Database {
        /// What was asked of it.
        doing: &'static str,
        /// What it said.
        #[source]
        source: sqlx::Error,
    },
    /// A stream is past the sequence that a batch expected of it, though the
    /// head was where the batch expected it: the batch was decided on a stream
    /// that it had not read. Nothing was written.
    #[error("a stream of partition {partition} is past its expected version")]
    WrongExpectedVersion {
        /// Where.
        partition: Partition,
        /// What the database said of `events_expected_version`.
        #[source]
        source: sqlx::Error,
    },
    /// Whether an append was committed could not be found out in time.
    #[error("whether an append to partition {partition} was committed is not known")]
    OutcomeUnknown {
        /// Where.
        partition: Partition,
        /// What happened last.
        #[source]
        source: sqlx::Error,
    },
    /// The log is not the history that the caller remembers: what it knows of
    /// the partition must be dropped and read again.
    #[error("partition {partition} is not the history that was seen before")]
    HistoryChanged {
        /// Where.
        partition: Partition,
    },
    /// A stored event does not read.
    #[error("an event of partition {partition} does not read")]
    Decode {
        /// Where.
        partition: Partition,
        /// Why.
        #[source]
        source: Box<DecodeError>,
    },
    /// A row of the log is not as we write rows.
    #[error("a row of partition {partition} is not as written: {reason}")]
    Corrupt {
        /// Where.
        partition: Partition,
        /// What is wrong with it.
        reason: String,
    },
    /// This node has just started and can't know what time it is: nothing is decided.
    #[error(
        "the database's clock is {ahead_ms} ms ahead of this machine's, and it is not known which is right"
    )]
    ClockAtOdds {
        /// How far ahead, in milliseconds; negative when it is behind.
        ahead_ms: i64,
    },
    /// This node's master key is not the one that the log was made with.
    #[error("the master key is not the one this database was made with")]
    WrongMasterKey,
    /// The database's schema could not be brought up to date.
    #[error("the database could not be migrated")]
    Migrate(#[source] MigrateError),
    /// The database is not one to open, and nothing was changed in it.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// What is certain of the log after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// Nothing was written, and nothing says that the log is not as remembered: the
    /// same may be tried again.
    NothingWritten,
    /// What was to be written may have been, or may yet be. What is remembered of the
    /// log stands, though the log may go on behind it: reading the tail tells.
    Unknown,
    /// Nothing was written, since the log is not as remembered.
    HistoryChanged,
}

impl LogError {
    /// What the database said, if it is the database that failed.
    pub fn of_database(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Database { source, .. }
            | Self::WrongExpectedVersion { source, .. }
            | Self::OutcomeUnknown { source, .. }
            | Self::Migrate(MigrateError::Execute(source)) => Some(source),
            Self::HistoryChanged { .. }
            | Self::Decode { .. }
            | Self::Corrupt { .. }
            | Self::ClockAtOdds { .. }
            | Self::WrongMasterKey
            | Self::Migrate(_)
            | Self::Refused(_) => None,
        }
    }

    /// What is certain of the log after this.
    pub const fn certainty(&self) -> Certainty {
        match self {
            Self::Database { .. }
            | Self::Decode { .. }
            | Self::Corrupt { .. }
            | Self::ClockAtOdds { .. }
            | Self::WrongMasterKey
            | Self::Migrate(_)
            | Self::Refused(_) => Certainty::NothingWritten,
            Self::OutcomeUnknown { .. } => Certainty::Unknown,
            Self::WrongExpectedVersion { .. } | Self::HistoryChanged { .. } => {
                Certainty::HistoryChanged
            }
        }
    }

    /// Whether what is stored can't be read, however often it is tried.
    pub const fn is_unreadable(&self) -> bool {
        match self {
            Self::Decode { .. } | Self::Corrupt { .. } => true,
            Self::Database { .. }
            | Self::WrongExpectedVersion { .. }
            | Self::OutcomeUnknown { .. }
            | Self::HistoryChanged { .. }
            | Self::ClockAtOdds { .. }
            | Self::WrongMasterKey
            | Self::Migrate(_)
            | Self::Refused(_) => false,
        }
    }

    /// Whether asking for less may succeed where this failed: something of what was
    /// asked for does not read, or the database gave up on the statement. A database
    /// that can't be reached, or lacks memory, a right or a lock, gives no less of it
    /// either.
    pub fn is_of_the_question(&self) -> bool {
        match self {
            Self::Database { source, .. } => {
                let error = source.as_database_error();
                let code = error.and_then(DatabaseError::code).unwrap_or_default();
                !is_lost(source) && is_of_the_question(&code)
            }
            Self::Decode { .. } | Self::Corrupt { .. } => true,
            Self::WrongExpectedVersion { .. }
            | Self::OutcomeUnknown { .. }
            | Self::HistoryChanged { .. }
            | Self::ClockAtOdds { .. }
            | Self::WrongMasterKey
            | Self::Migrate(_)
            | Self::Refused(_) => false,
        }
    }
}

/// Whether an SQLSTATE says that the statement took too long, that a value is not as it
/// should be, or that stored bytes are not.
fn is_of_the_question(code: &str) -> bool {
    code == "57014" || code.starts_with("22") || code.starts_with("XX")
}
