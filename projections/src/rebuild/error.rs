use std::time::Duration;

use domain::partition::Partition;
use eventlog::LogError;

use crate::view::View;

/// Why views were not rebuilt.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
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
    Log(LogError),
    /// What is folded is not what was appended. What is made so far is not read.
    #[error("the log itself is at fault, and no view is made of it: `verify` tells where and what")]
    LogAtFault(#[source] LogError),
    /// One at a time.
    #[error("another rebuild is at work on this database")]
    AnotherAtWork,
    /// Its tables hold something that a table in their place would lose.
    #[error(
        "{what} hangs on the table {view}, and would be lost with it: drop it, rebuild, and make it again"
    )]
    Dependent {
        /// On which.
        view: View,
        /// What, in words.
        what: String,
    },
    /// Somebody has moved the checkpoints of what is in the making.
    #[error("partition {0} of the views in the making was written by somebody else")]
    Overtaken(Partition),
    /// The tables' form has changed since the views in the making were begun.
    #[error("the tables were changed meanwhile: run the rebuild again")]
    Changed,
    /// The tables were in use all the time, or too much was appended to fold it while
    /// they are locked.
    #[error(
        "the tables were in use, or the log ran ahead, whenever they were to trade places, for {} s: \
         what is made is kept, and the next run goes on from it",
        .0.as_secs()
    )]
    InUse(Duration),
    /// The process runs out of what its tasks need.
    #[error("a task of the rebuild has stopped")]
    Stopped(#[from] tokio::task::JoinError),
}

/// The error of a statement of ours.
pub(super) fn failed(doing: &'static str) -> impl FnOnce(sqlx::Error) -> RebuildError {
    move |source| RebuildError::Database { doing, source }
}

impl From<LogError> for RebuildError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Corrupt { .. } | LogError::Decode { .. } => Self::LogAtFault(error),
            other => Self::Log(other),
        }
    }
}
