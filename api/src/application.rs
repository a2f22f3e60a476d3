//! A server: built from its configuration, then run until it is told to stop.

use std::{
    io,
    net::SocketAddr,
    num::NonZeroU16,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use eventlog::{
    AttendeeCipher, DatabaseUrlError, Health, LeaseSettings, Leases, Log, LogError, Standing, Task,
    chain, parse_database_url,
    private_postgres::{LookedAfter, PrivatePostgres, PrivatePostgresError},
    retention, supervise,
};
use executor::{Executor, Failure};
use metrics_exporter_prometheus::{BuildError, PrometheusHandle};
use projections::{
    live::LiveFeed,
    runner::{self, ViewProgress},
    view::StandingViews,
};
use sqlx::postgres::PgConnectOptions;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    answers::Answers,
    app::{App, Parts},
    auth::{FoundKeys, Keyring, KeyringError},
    config::{Config, DatabaseSettings},
    demo,
    handles::{self, Capacity, HandleError},
    pages::Pages,
    random,
    request::Requests,
    routes,
    server::{self, Bound},
    sse::Gate,
    telemetry::metrics::{self, names},
};

/// How long what works behind the requests may take to stop: longer than a command
/// may take, so that only a database that hangs keeps it.
const STOP_MAX: Duration = Duration::from_secs(30);

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A key is wrong or can't be read.
    #[error(transparent)]
    Key(#[from] KeyringError),
    /// `DATABASE_URL` names no one database.
    #[error(transparent)]
    DatabaseUrl(#[from] DatabaseUrlError),
    /// The private PostgreSQL did not start.
    #[error("the private PostgreSQL under {} did not start", data.display())]
    PrivatePostgres {
        /// The data folder.
        data: PathBuf,
        /// Why.
        #[source]
        source: PrivatePostgresError,
    },
    /// The log can't be opened or followed.
    #[error("the log can't be opened")]
    Log(#[from] LogError),
    /// The database could not be reached in the time that a start waits for it.
    #[error("the database can't be reached; it was waited for {} ms", waited.as_millis())]
    Unreachable {
        /// How long a start waits.
        waited: Duration,
        /// What the last try met.
        #[source]
        source: sqlx::Error,
    },
    /// A setting asks for more clients than the system's file handles allow.
    #[error(transparent)]
    Handles(#[from] HandleError),
    /// The address can't be had.
    #[error("can't listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The process measures for somebody else.
    #[error("metrics can't be collected")]
    Metrics(#[from] BuildError),
    /// The demo's resources could not be registered.
    #[error("the demo's resources can't be registered")]
    Demo(#[source] Failure),
}

impl StartError {
    /// Whether another setting would mend it.
    pub const fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::DatabaseUrl(_) | Self::Handles(_) | Self::Key(KeyringError::Malformed { .. })
        )
    }
}

/// A server that listens and has yet to answer.
pub struct Application {
    app: App,
    listener: Arc<TcpListener>,
    /// Connections at once.
    places: usize,
    address: SocketAddr,
    /// Ends what works behind the requests, once they are answered.
    behind: CancellationToken,
    views: JoinHandle<()>,
    chain: JoinHandle<()>,
    retention: JoinHandle<()>,
    upkeep: JoinHandle<()>,
    postgres: Option<LookedAfter>,
}

impl Application {
    /// Opens the database and the log, starts what works behind the requests, and
    /// listens.
    ///
    /// # Errors
    ///
    /// [`StartError`].
    pub async fn build(config: Config) -> Result<Self, StartError> {
        let address = config.http.listen;
        let listening = |source| StartError::Listen { address, source };
        // Taken first: a second server in the same place should not get far.
        let bound = Bound::to(address).map_err(listening)?;
        let metrics = metrics::handle()?;
        let Capacity {
            connections,
            streams,
        } = handles::capacity(&config)?;
        let keys = FoundKeys::find(&config.keys, &config.data)?;
        let (options, postgres) = database(&config.database, &config.data).await?;
        let (log, keys) = open(&config.database, options, keys).await?;
        keys.report();

        let health = log.health().clone();
        let postgres = postgres.map(|postgres| postgres.look_after(health.clone()));
        let behind = CancellationToken::new();
        let lease = LeaseSettings::default();
        let leases = Leases::start(&log, random::uuid(), lease, behind.clone());
        let limits = (&config.writes).into();
        let standing: Arc<dyn Standing> = Arc::new(StandingViews::new(log.clone()));
        let executor = Executor::start(log.clone(), &standing, &leases, &limits, behind.clone());
        let limits = (&config.views).into();
        let feed = LiveFeed::start(log.clone(), limits, behind.clone()).await?;
        let views = ViewProgress::new(&log);
        let running = runner::run(log.clone(), leases.clone(), views.clone(), behind.clone());
        let running = tokio::spawn(running);
        let chain = chain::keep(log.clone(), leases.clone(), behind.clone());
        let chain = tokio::spawn(chain);
        let kept = config.retention.kept();
        let retention = retention::keep(log.clone(), leases, kept, behind.clone());
        let retention = tokio::spawn(retention);
        if config.demo {
            demo::seed(&log, &executor).await?;
        }

        let app = App::new(Parts {
            cipher: AttendeeCipher::new(keys.master.clone()),
            viewers: Gate::new(streams, names::SSE_SUBSCRIBERS),
            auditors: Gate::new(config.streams.log_streams, names::LOG_SUBSCRIBERS),
            limits: config.http,
            streams: config.streams,
            stopping: CancellationToken::new(),
            answers: Answers::default(),
            requests: Requests::default(),
            pages: Pages::embedded(config.pages.frame_ancestors.as_deref()),
            metrics: metrics.clone(),
            log,
            feed,
            views,
            executor,
            keys,
        });
        let listener = bound.listen().map_err(listening)?;
        Ok(Self {
            address: listener.local_addr().map_err(listening)?,
            listener: Arc::new(listener),
            places: connections,
            app,
            behind,
            views: running,
            chain,
            retention,
            upkeep: tokio::spawn(upkeep(metrics, health)),
            postgres,
        })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `shutdown`. Then streams end, requests under way get to
    /// finish, what was begun is written, and the private PostgreSQL stops, if
    /// this server started it.
    ///
    /// # Errors
    ///
    /// [`PrivatePostgresError`] when that does not stop.
    pub async fn run(
        self,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), PrivatePostgresError> {
        let app = self.app;
        let router = routes::router(app.clone());
        // To be closed when the server stops: nobody else may have it then.
        let listener = Arc::downgrade(&self.listener);
        let (of_serving, places) = (app.clone(), self.places);
        let serve = move || {
            let (listener, router, app) = (listener.upgrade(), router.clone(), of_serving.clone());
            async move {
                if let Some(listener) = listener {
                    let stopping = app.stopping.clone();
                    server::serve(listener, router, places, &app.limits, stopping).await;
                }
            }
        };
        let (task, health) = (Task::of_node("serving"), app.log.health().clone());
        let serving = tokio::spawn(supervise(task, health, app.stopping.clone(), serve));
        shutdown.await;
        tracing::info!("stopping: streams end, requests under way finish");
        drop(self.listener);
        app.stopping.cancel();
        log_panic("serving", serving.await);

        self.behind.cancel();
        self.upkeep.abort();
        let behind = async {
            app.executor.stopped().await;
            log_panic("writing the views", self.views.await);
            log_panic("extending the chain", self.chain.await);
            log_panic("emptying renewals", self.retention.await);
            app.log.close().await;
            app.log.pool().close().await;
        };
        if tokio::time::timeout(STOP_MAX, behind).await.is_err() {
            tracing::warn!("what works behind the requests did not stop in time; it is left");
        }
        match self.postgres {
            Some(postgres) => postgres.stop().await,
            None => Ok(()),
        }
    }
}

fn log_panic(task: &'static str, ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "{task} ended badly");
    }
}

/// Keeps the histograms small, until it is aborted.
async fn upkeep(metrics: PrometheusHandle, health: Health) {
    let keep = || metrics::upkeep(metrics.clone());
    let task = Task::of_node("keeping histograms small");
    supervise(task, health, CancellationToken::new(), keep).await;
}

async fn database(
    settings: &DatabaseSettings,
    data: &Path,
) -> Result<(PgConnectOptions, Option<PrivatePostgres>), StartError> {
    if let Some(url) = &settings.url {
        return Ok((parse_database_url(url.expose())?, None));
    }
    let postgres = PrivatePostgres::start(data).await.map_err(|source| {
        let data = data.to_owned();
        StartError::PrivatePostgres { data, source }
    })?;
    Ok((postgres.options(), Some(postgres)))
}

async fn open(
    settings: &DatabaseSettings,
    options: PgConnectOptions,
    keys: FoundKeys,
) -> Result<(Log, Keyring), StartError> {
    let waited = settings.database_wait();
    let reached = eventlog::reach(&options, waited).await;
    reached.map_err(|source| StartError::Unreachable { waited, source })?;
    let pool = eventlog::pool(options, settings.database_connections);
    // First: a node that has another key than the log's is to leave nothing behind.
    eventlog::require_key(&pool, keys.master()).await?;
    eventlog::migrate(&pool).await?;
    let keys = keys.complete()?;
    let settings = eventlog::LogSettings {
        partitions: NonZeroU16::new(settings.partitions).unwrap_or(NonZeroU16::MIN),
        master_key: keys.master.clone(),
    };
    Ok((Log::open(pool, settings).await?, keys))
}
