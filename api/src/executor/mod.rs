//! Decides and appends commands: one owner task a partition, group commit,
//! answers after the commit.

mod limits;
mod request;

use eventlog::{Leases, Log};
use tokio_util::sync::CancellationToken;

pub use limits::ExecutorLimits;
pub use request::{Failure, Receipt, Request};

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
