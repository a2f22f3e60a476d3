use domain::{calendar::Day, hold::Hold, ids::ResourceId, partition::Partition};
use eventlog::{Log, LogError, Position, Standing, StandingDay};
use futures::{FutureExt, future::BoxFuture};
use sqlx::PgConnection;

use super::{live_holds::live_holds, standing_days::standing_days};

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

    fn days<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        partition: Partition,
        days: &'a [(ResourceId, Day)],
    ) -> BoxFuture<'a, Result<Vec<StandingDay>, LogError>> {
        standing_days(connection, partition, days).boxed()
    }
}
