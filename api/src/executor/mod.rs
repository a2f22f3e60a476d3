//! Decides and appends commands: one owner task a partition, group commit,
//! answers after the commit.

use std::time::Duration;

use domain::{calendar::Timestamp, command::Command, decide::Outcome, rejection::Rejection};
use eventlog::{Actor, GlobalPosition, Leases, Log, LogError, WrappedKey};
use tokio_util::sync::CancellationToken;

/// A command with what the log should know of its coming.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is asked for.
    pub command: Command,
    /// By whom.
    pub actor: Actor,
    /// The HTTP request's id.
    pub request_id: Option<String>,
    /// For BookSlots: the key of the attendee, stored with the booking.
    pub booking_key: Option<WrappedKey>,
}

/// The true answer to an accepted command.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// What it came to.
    pub outcome: Outcome,
    /// A reader that has applied this position sees it.
    pub position: GlobalPosition,
    /// The time it was decided at.
    pub decided_at: Timestamp,
}

/// Why there is no receipt.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// A rule refused it, checked against the partition's head.
    #[error("refused: {rejection}")]
    Rejected {
        /// Which rule, which slots.
        #[source]
        rejection: Rejection,
        /// The head it was checked at.
        position: GlobalPosition,
    },
    /// The partition's queue is full; nothing was done.
    #[error("the queue is full")]
    Busy {
        /// When trying again makes sense.
        retry_after: Duration,
    },
    /// The database can't be reached; nothing was done.
    #[error("the log can't be reached")]
    Unavailable(#[source] std::sync::Arc<LogError>),
    /// Whether it was done is not known: the same request with the same key
    /// finds out.
    #[error("whether it was done is not known")]
    OutcomeUnknown,
    /// The server is stopping; nothing was done.
    #[error("the server is stopping")]
    Stopping,
}

/// Bounds of the executor.
#[derive(Debug, Clone)]
pub struct ExecutorLimits {
    /// Commands waiting per partition.
    pub queue: usize,
    /// Commands decided in one append.
    pub batch: usize,
    /// Streams kept in memory per partition.
    pub cached_streams: usize,
    /// Holds ended in one append.
    pub expire_batch: usize,
}

/// The write side of this node. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Executor {}

impl Executor {
    /// Starts an owner for every partition. They finish what they have begun
    /// after `shutdown`.
    pub fn start(
        _log: Log,
        _leases: Leases,
        _limits: ExecutorLimits,
        _shutdown: CancellationToken,
    ) -> Self {
        todo!()
    }

    /// Executes a command. The answer is true: "done" only after the commit,
    /// "refused" only when checked against the head.
    ///
    /// Dropping the future does not take a command back that is queued.
    ///
    /// # Errors
    ///
    /// [`Failure`].
    pub async fn execute(&self, _request: Request) -> Result<Receipt, Failure> {
        todo!()
    }

    /// Waits until all owners have stopped.
    pub async fn stopped(&self) {
        todo!()
    }
}
