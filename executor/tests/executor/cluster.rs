//! Nodes on one database.

use std::{num::NonZeroU16, sync::Arc, time::Duration};

use domain::{
    command::Command, decide::Outcome, event::Event, ids::ResourceId, rejection::Rejection,
    resource_day::ResourceDayEvent,
};
use eventlog::{
    Actor, FeedItem, LeaseSettings, Leases, Log, LogSettings, MasterKey, Position, RecordedEvent,
    Standing, WrappedKey, testing::TestDatabase,
};
use executor::{Executor, ExecutorLimits, Failure, Receipt, Request};
use projections::view::StandingViews;
use sqlx::postgres::PgConnectOptions;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::commands::put;

/// Far more than anything here takes.
pub(crate) const DEADLINE: Duration = Duration::from_mins(1);

/// Two, so that a mix-up of partitions shows.
pub(crate) const PARTITIONS: NonZeroU16 = NonZeroU16::new(2).unwrap();

/// One database.
pub(crate) struct Cluster {
    pub(crate) database: TestDatabase,
}

/// One node on it.
pub(crate) struct Node {
    pub(crate) log: Log,
    pub(crate) executor: Executor,
    pub(crate) shutdown: CancellationToken,
    pub(crate) leases: Leases,
    duties: CancellationToken,
}

impl Cluster {
    pub(crate) async fn new() -> Self {
        Self {
            database: TestDatabase::new().await,
        }
    }

    /// A cluster with resources that offer the durations the tests ask for.
    pub(crate) async fn with_resources(resources: &[&str]) -> (Self, Node) {
        let cluster = Self::new().await;
        let node = cluster.node().await;
        for resource in resources {
            node.accepted(put(resource)).await;
        }
        (cluster, node)
    }

    pub(crate) async fn node(&self) -> Node {
        self.node_with(ExecutorLimits::default()).await
    }

    /// A node that never gets a background duty.
    pub(crate) async fn node_without_duties(&self) -> Node {
        self.node_without_duties_with(ExecutorLimits::default())
            .await
    }

    pub(crate) async fn node_without_duties_with(&self, limits: ExecutorLimits) -> Node {
        let duties = CancellationToken::new();
        duties.cancel();
        self.start(limits, duties).await
    }

    pub(crate) async fn node_with(&self, limits: ExecutorLimits) -> Node {
        self.start(limits, CancellationToken::new()).await
    }

    async fn start(&self, limits: ExecutorLimits, duties: CancellationToken) -> Node {
        start(self.database.options(), limits, duties).await
    }

    /// One number of the database's.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(self.database.pool())
            .await
            .unwrap()
    }

    /// How many events of a type the log holds.
    pub(crate) async fn events(&self, event_type: &str) -> i64 {
        sqlx::query_scalar("select count(*) from events where event_type = $1")
            .bind(event_type)
            .fetch_one(self.database.pool())
            .await
            .unwrap()
    }

    /// How many appends wrote all the events there are.
    pub(crate) async fn appends(&self) -> i64 {
        self.count("select count(tip) from events").await
    }
}

/// Starts a node that reaches the database so; without duties when these are cancelled.
pub(crate) async fn start(
    options: PgConnectOptions,
    limits: ExecutorLimits,
    duties: CancellationToken,
) -> Node {
    let views = |log: &Log| Arc::new(StandingViews::new(log.clone())) as Arc<dyn Standing>;
    start_with(options, limits, duties, views).await
}

/// Starts a node to which that tells what stands which `standing` makes.
pub(crate) async fn start_with(
    options: PgConnectOptions,
    limits: ExecutorLimits,
    duties: CancellationToken,
    standing: impl FnOnce(&Log) -> Arc<dyn Standing>,
) -> Node {
    let settings = LogSettings {
        partitions: PARTITIONS,
        master_key: MasterKey::new([7; 32]),
    };
    let log = Log::open(eventlog::pool(options, 8), settings)
        .await
        .unwrap();
    let shutdown = CancellationToken::new();
    let leases = Leases::start(&log, random_id(), LeaseSettings::default(), duties.clone());
    let standing = standing(&log);
    let executor = Executor::start(log.clone(), &standing, &leases, &limits, shutdown.clone());
    Node {
        log,
        executor,
        shutdown,
        leases,
        duties,
    }
}

impl Node {
    pub(crate) async fn execute(&self, command: impl Into<Command>) -> Result<Receipt, Failure> {
        self.executor.execute(request(command)).await
    }

    #[track_caller]
    pub(crate) fn accepted(&self, command: impl Into<Command>) -> impl Future<Output = Outcome> {
        let executed = self.execute(command);
        async { executed.await.unwrap().outcome }
    }

    #[track_caller]
    pub(crate) fn refused(&self, command: impl Into<Command>) -> impl Future<Output = Rejection> {
        let executed = self.execute(command);
        async { rejection(executed.await) }
    }

    pub(crate) async fn stop(&self) {
        self.shutdown.cancel();
        self.duties.cancel();
        tokio::time::timeout(DEADLINE, self.executor.stopped())
            .await
            .unwrap();
    }

    /// The first event of the resource's days, from now on or before, that is
    /// as wished.
    pub(crate) async fn event_of(
        &self,
        resource: &str,
        wished: impl Fn(&ResourceDayEvent) -> bool,
    ) -> RecordedEvent {
        let resource: ResourceId = resource.parse().unwrap();
        let partition = self.log.partition_of(&resource);
        let mut follower = self.log.follow(partition, Position::START);
        let found = async {
            loop {
                let FeedItem::Events(events) = follower.next().await.unwrap() else {
                    panic!("the history changed");
                };
                let found = events.iter().find(
                    |recorded| matches!(&recorded.event, Event::ResourceDay(event) if wished(event)),
                );
                if let Some(found) = found {
                    return found.clone();
                }
            }
        };
        tokio::time::timeout(DEADLINE, found).await.unwrap()
    }
}

pub(crate) fn request(command: impl Into<Command>) -> Request {
    let command = command.into();
    let booking_key = matches!(command, Command::BookSlots(_)).then(|| WrappedKey(vec![9; 72]));
    Request {
        command,
        expected: None,
        actor: Actor::Admin("test".into()),
        request_id: Some("request-1".into()),
        booking_key,
    }
}

#[track_caller]
pub(crate) fn rejection(answer: Result<Receipt, Failure>) -> Rejection {
    match answer {
        Err(Failure::Rejected { rejection, .. }) => rejection,
        other => panic!("not refused: {other:?}"),
    }
}

pub(crate) fn random_id() -> Uuid {
    let mut bytes = [0; 16];
    getrandom::getrandom(&mut bytes).unwrap();
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
