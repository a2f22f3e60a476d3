use domain::{hold::Hold, partition::Partition};
use eventlog::{Log, LogError, Position, Standing};
use futures::{FutureExt, future::BoxFuture};

use super::live_holds::live_holds;

/// What stands now, by the tables that the runner writes.
#[derive(Debug, Clone)]
pub struct StandingViews {
    log: Log,
}

impl StandingViews {
    /// By the views of the log's database.
    pub fn new(log: Log) -> Self {
        Self { log }
    }
}

impl Standing for StandingViews {
    fn live_holds(
        &self,
        partition: Partition,
    ) -> BoxFuture<'_, Result<(Vec<Hold>, Position), LogError>> {
        live_holds(&self.log, partition).boxed()
    }
}
