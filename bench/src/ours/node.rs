use std::{num::NonZeroU16, sync::Arc, time::Duration};

use domain::{
    booking::RequestFingerprint,
    calendar::{Day, SeatCount},
    command::{BookSlots, Command, PutResource},
    ids::{BookingId, IdempotencyKey, SessionId},
};
use eventlog::{
    Actor, AttendeeCipher, LeaseSettings, Leases, Log, LogSettings, MasterKey, Standing, WrappedKey,
};
use executor::{Executor, ExecutorLimits, Failure, Receipt, Request};
use futures::{StreamExt, TryStreamExt, stream};
use projections::{
    runner::{self, ViewProgress},
    view::StandingViews,
};
use sqlx::postgres::PgConnectOptions;
use tokio::{sync::Mutex, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::names::{resource, settings};
use crate::{
    Outcome,
    draw::Wish,
    peers,
    play::{Client, Contender, Rival},
};

/// Partitions of a log unless a benchmark varies them: the server's default.
pub(crate) const PARTITIONS: NonZeroU16 = NonZeroU16::new(4).expect("above zero");

/// Connections of a node to its database: the server's default.
const CONNECTIONS: u32 = 24;

/// How many resources are registered at the same time.
const REGISTERED_AT_ONCE: usize = 256;

/// How long the views may take to catch up.
const CATCHING_UP: Duration = Duration::from_mins(10);

/// Each byte of the key that wraps the keys of bookings, in every database that
/// ours is measured on: a server is refused one that was made under another key.
pub(super) const MASTER_KEY_BYTE: u8 = 7;

/// That key.
pub(crate) fn master_key() -> MasterKey {
    MasterKey::new([MASTER_KEY_BYTE; 32])
}

/// What is sealed with each booking.
pub(crate) const ATTENDEE: &[u8] = br#"{"name":"Some Body","email":"some.body@example.org"}"#;

/// The write side and the projections of one node, without HTTP.
#[derive(Debug)]
pub(crate) struct Node {
    log: Log,
    executor: Executor,
    views: ViewProgress,
    cipher: AttendeeCipher,
    shutdown: CancellationToken,
    /// Ends when the projections have stopped.
    runner: Mutex<JoinHandle<()>>,
}

impl Node {
    /// Starts a node on a database, which it migrates.
    ///
    /// # Errors
    ///
    /// When the database refuses.
    pub(crate) async fn start(options: PgConnectOptions, partitions: NonZeroU16) -> Outcome<Self> {
        let pool = eventlog::pool(options, CONNECTIONS);
        eventlog::migrate(&pool).await?;
        let master_key = master_key();
        let cipher = AttendeeCipher::new(master_key.clone());
        let settings = LogSettings {
            partitions,
            master_key,
        };
        let log = Log::open(pool, settings).await?;
        let shutdown = CancellationToken::new();
        let mut id = [0; 16];
        getrandom::getrandom(&mut id)?;
        let id = uuid::Builder::from_random_bytes(id).into_uuid();
        let leases = Leases::start(&log, id, LeaseSettings::default(), shutdown.clone());
        let limits = ExecutorLimits::default();
        let standing: Arc<dyn Standing> = Arc::new(StandingViews::new(log.clone()));
        let executor = Executor::start(log.clone(), &standing, &leases, &limits, shutdown.clone());
        let views = ViewProgress::new(&log);
        let runner = runner::run(log.clone(), leases, views.clone(), shutdown.clone());
        Ok(Self {
            log,
            executor,
            views,
            cipher,
            shutdown,
            runner: Mutex::new(tokio::spawn(runner)),
        })
    }

    /// The log it works on.
    pub(crate) const fn log(&self) -> &Log {
        &self.log
    }

    /// What it seals attendees with.
    pub(crate) const fn cipher(&self) -> &AttendeeCipher {
        &self.cipher
    }

    /// Executes a command of a visitor.
    ///
    /// # Errors
    ///
    /// [`Failure`].
    pub(crate) async fn execute(
        &self,
        command: Command,
        session: SessionId,
        booking_key: Option<WrappedKey>,
    ) -> Result<Receipt, Failure> {
        let request = Request {
            command,
            expected: None,
            actor: Actor::Session(session),
            request_id: None,
            booking_key,
        };
        self.executor.execute(request).await
    }

    /// Stops it, and waits for its end.
    ///
    /// # Errors
    ///
    /// When a task of it has panicked.
    pub(crate) async fn stop(&self) -> Outcome<()> {
        self.shutdown.cancel();
        self.executor.stopped().await;
        (&mut *self.runner.lock().await).await?;
        self.log.pool().close().await;
        Ok(())
    }

    /// Registers resources 0 to `count`.
    ///
    /// # Errors
    ///
    /// When that fails.
    pub(crate) async fn register(&self, count: u32) -> Outcome<()> {
        let settings = settings();
        let puts = (0..count).map(|number| {
            let put = PutResource {
                resource: resource(number),
                settings: settings.clone(),
            };
            self.execute(Command::PutResource(put), SessionId::new(Uuid::nil()), None)
        });
        let puts = stream::iter(puts).buffer_unordered(REGISTERED_AT_ONCE);
        puts.map_ok(|_| ()).try_collect::<()>().await?;
        self.caught_up().await
    }
}

impl Contender for Arc<Node> {
    type Client = NodeClient;

    async fn client(&self) -> Outcome<NodeClient> {
        Ok(NodeClient {
            node: Self::clone(self),
        })
    }

    async fn caught_up(&self) -> Outcome<()> {
        Node::caught_up(self).await
    }

    async fn bookings(&self, from: Day) -> Outcome<Vec<Uuid>> {
        let ids = sqlx::query_scalar(include_str!("bookings.sql"));
        let ids = ids.bind(from.start().to_datetime());
        Ok(ids.fetch_all(self.log.pool()).await?)
    }
}

impl Node {
    /// Waits until the views show all that is in the log now.
    ///
    /// # Errors
    ///
    /// When they don't.
    pub(crate) async fn caught_up(&self) -> Outcome<()> {
        for partition in self.log.partitions() {
            let head = self.log.head(partition).await?;
            let wait = self.views.wait_for(partition, head.position, CATCHING_UP);
            wait.await?;
        }
        Ok(())
    }
}

/// A client in the node's own process.
#[derive(Debug)]
pub(crate) struct NodeClient {
    node: Arc<Node>,
}

impl Client for NodeClient {
    async fn book(&mut self, wish: &Wish) -> Outcome<Option<Uuid>> {
        let resource = resource(wish.resource);
        let session = SessionId::new(peers::session(wish));
        let key: IdempotencyKey = format!("{:032x}", wish.bits).parse()?;
        let partition = self.node.log.partition_of(&resource);
        let booking = BookingId::derive(partition, session, &resource, &key);
        let (attendee, wrapped) = self.node.cipher.seal(booking, ATTENDEE)?;
        let book = BookSlots {
            resource,
            session,
            span: wish.span(),
            booking,
            attendee,
            fingerprint: Some(RequestFingerprint(format!("{:064x}", wish.bits))),
            quantity: SeatCount::ONE,
        };
        let done = self
            .node
            .execute(Command::BookSlots(book), session, Some(wrapped));
        match done.await {
            Ok(_) => Ok(Some(booking.uuid())),
            Err(Failure::Rejected { .. }) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }
}

impl Rival for NodeClient {
    async fn cancel(&mut self, wish: &Wish, id: Uuid) -> Outcome<()> {
        let cancel = Command::CancelBooking(BookingId::try_from(id)?);
        let session = SessionId::new(peers::session(wish));
        self.node.execute(cancel, session, None).await?;
        Ok(())
    }
}
