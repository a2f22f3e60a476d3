//! A node of a database.

use std::num::NonZeroU16;

use eventlog::{Duty, LeaseSettings, Leases, Log, LogSettings, MasterKey, testing::TestDatabase};
use projections::{
    live::{LiveFeed, LiveLimits},
    runner::{self, ViewProgress},
};
use sqlx::postgres::PgConnectOptions;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::soon;

/// A log with connections of its own, and what runs on it.
pub(crate) struct Node {
    pub(crate) log: Log,
    pub(crate) stop: CancellationToken,
}

/// A runner of the views, and what it tells.
pub(crate) struct Runner {
    pub(crate) progress: ViewProgress,
    pub(crate) leases: Leases,
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<()>,
}

impl Node {
    /// A node of a log of one partition, so that all resources share it.
    pub(crate) async fn new(database: &TestDatabase) -> Self {
        Self::of(database, 1).await
    }

    /// A node of a log of so many partitions.
    pub(crate) async fn of(database: &TestDatabase, partitions: u16) -> Self {
        Self::at(database.options(), partitions).await
    }

    /// A node of a log that exists, by other options than the test's own.
    pub(crate) async fn with(options: PgConnectOptions) -> Self {
        Self::at(options, 1).await
    }

    async fn at(options: PgConnectOptions, partitions: u16) -> Self {
        let settings = LogSettings {
            partitions: NonZeroU16::new(partitions).unwrap(),
            master_key: MasterKey::new([7; 32]),
        };
        let pool = eventlog::pool(options, 8);
        Self {
            log: Log::open(pool, settings).await.unwrap(),
            stop: CancellationToken::new(),
        }
    }

    /// Begins to write the views, whenever this node has the duty.
    pub(crate) fn run_views(&self, number: u128) -> Runner {
        let progress = ViewProgress::new(&self.log);
        let stop = self.stop.child_token();
        let node = Uuid::from_u128(number);
        let settings = LeaseSettings::default();
        let leases = Leases::start(&self.log, node, settings, stop.clone());
        let running = runner::run(
            self.log.clone(),
            leases.clone(),
            progress.clone(),
            stop.clone(),
        );
        Runner {
            progress,
            leases,
            stop,
            task: tokio::spawn(running),
        }
    }

    /// A feed with room for everything.
    pub(crate) async fn feed(&self) -> LiveFeed {
        self.feed_with(LiveLimits::default()).await
    }

    pub(crate) async fn feed_with(&self, limits: LiveLimits) -> LiveFeed {
        let (log, stop) = (self.log.clone(), self.stop.clone());
        LiveFeed::start(log, limits, stop).await.unwrap()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Runner {
    /// Waits until it has the duty of all partitions.
    pub(crate) async fn has_duty(&self, log: &Log) {
        for partition in log.partitions() {
            soon(self.leases.acquired(Duty::Projection, partition)).await;
        }
    }

    /// Stops it and waits for its end.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        soon(self.task).await.unwrap();
    }
}
