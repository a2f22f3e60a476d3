use domain::{partition::Partition, upcast::DecodeError};

use crate::Refusal;

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
    /// the partition must be dropped and read anew.
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
    /// This node's master key is not the one that the log was made with.
    #[error("the master key is not the one this database was made with")]
    WrongMasterKey,
    /// The database's schema could not be brought up to date.
    #[error("the database could not be migrated")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// The database is not one to open, and nothing was changed in it.
    #[error(transparent)]
    Refused(#[from] Refusal),
}
