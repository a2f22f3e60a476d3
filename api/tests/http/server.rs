//! Servers of this process, on a database of the test's own.

use std::{error::Error, sync::Arc, time::Duration};

use api::{Application, config::Config};
use clap::Parser;
use eventlog::testing::TestDatabase;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{answer::Answer, visitor::Visitor};

/// Far more than anything here takes.
pub(crate) const DEADLINE: Duration = Duration::from_mins(1);

pub(crate) const ADMIN_KEY: &str = "the-admin-key-of-tests";
pub(crate) const AUDITOR_KEY: &str = "the-auditor-key-of-tests";

/// The settings that all servers of the tests share, so that several can serve
/// one database.
pub(crate) const SETTINGS: [&str; 8] = [
    "--listen",
    "127.0.0.1:0",
    "--master-key",
    "0707070707070707070707070707070707070707070707070707070707070707",
    "--session-secret",
    "0909090909090909090909090909090909090909090909090909090909090909",
    "--database-connections",
    "8",
];

/// Hundreds of requests come from one address here, and most tests are about other things:
/// what is about limits starts its server by [`Server::limited`].
pub(crate) const UNLIMITED: &str = "--limits=false";

/// The keys of those who run the servers.
pub(crate) const KEYS: [&str; 4] = ["--admin-key", ADMIN_KEY, "--auditor-key", AUDITOR_KEY];

#[derive(Parser)]
struct Serve {
    #[command(flatten)]
    config: Config,
}

fn config(database: &TestDatabase, settings: &[&str]) -> Config {
    let url = database.url();
    let all = ["serve", "--database-url", &url].into_iter();
    let all = all.chain(settings.iter().copied());
    Serve::try_parse_from(all).unwrap().config
}

/// A server that answers.
pub(crate) struct Server {
    pub(crate) database: Arc<TestDatabase>,
    pub(crate) base: String,
    pub(crate) client: Client,
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl Server {
    /// On a database of its own, without a resource.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// On a database of its own, with further settings.
    pub(crate) async fn with(settings: &[&str]) -> Self {
        Self::on(Arc::new(TestDatabase::new().await), settings).await
    }

    /// On a database of its own, with studio-a, which is always open.
    pub(crate) async fn with_studio() -> Self {
        let server = Self::start().await;
        server.put("studio-a", studio()).await.expect(201);
        server
    }

    /// On this database.
    pub(crate) async fn on(database: Arc<TestDatabase>, settings: &[&str]) -> Self {
        let mut all = SETTINGS.to_vec();
        all.extend(KEYS);
        all.push(UNLIMITED);
        all.extend(settings);
        Self::launch(database, &all).await
    }

    /// On a database of its own, with further settings, and clients limited as by default.
    pub(crate) async fn limited(settings: &[&str]) -> Self {
        let mut all = SETTINGS.to_vec();
        all.extend(KEYS);
        all.extend(settings);
        Self::launch(Arc::new(TestDatabase::new().await), &all).await
    }

    /// On this database, with neither the admin's key nor the auditor's.
    pub(crate) async fn without_keys(database: Arc<TestDatabase>) -> Self {
        let settings = [&SETTINGS[..], &[UNLIMITED]].concat();
        Self::launch(database, &settings).await
    }

    /// Why a server of these settings does not start on this database.
    pub(crate) async fn refused(database: &TestDatabase, settings: &[&str]) -> String {
        let built = Application::build(config(database, settings)).await;
        let error = built.err().unwrap();
        let mut words = error.to_string();
        let mut next = error.source();
        while let Some(cause) = next {
            words.push_str(": ");
            words.push_str(&cause.to_string());
            next = cause.source();
        }
        words
    }

    async fn launch(database: Arc<TestDatabase>, settings: &[&str]) -> Self {
        let config = config(&database, settings);
        let application = Application::build(config).await.unwrap();
        let base = format!("http://{}", application.address());
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let running = tokio::spawn(async move {
            application.run(stopped).await.unwrap();
        });
        Self {
            database,
            base,
            client: Client::new(),
            stop,
            running,
        }
    }

    /// Asks the server to stop, and waits until it has.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(DEADLINE, self.running)
            .await
            .unwrap()
            .unwrap();
    }

    /// Asks the server to stop.
    pub(crate) fn begin_stop(&self) {
        self.stop.cancel();
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.base);
        self.client.request(method, url).timeout(DEADLINE)
    }

    /// Sends a request, after `change`.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        change: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Answer {
        let request = change(self.request(method.clone(), path));
        Answer::read(method, path, request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, |request| request).await
    }

    /// Puts a resource as the admin.
    pub(crate) async fn put(&self, resource: &str, settings: Value) -> Answer {
        let path = format!("/v1/resources/{resource}");
        let request = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY).json(&settings);
        self.send(Method::PUT, &path, request).await
    }

    /// A visitor with a session of their own.
    pub(crate) async fn visitor(&self) -> Visitor<'_> {
        let begun = self
            .send(Method::POST, "/v1/sessions", |request| request)
            .await
            .expect(201);
        Visitor {
            server: self,
            token: begun.text_of("token"),
        }
    }

    /// The partitions' heads, to see whether anything was written.
    pub(crate) async fn heads(&self) -> Vec<i64> {
        sqlx::query_scalar("select position from heads order by partition")
            .fetch_all(self.database.pool())
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
}

/// The settings of the seed's studios, with the shortest lease there is, and as far ahead
/// as tests book.
pub(crate) fn studio() -> Value {
    json!({
        "name": "Studio",
        "timezone": "UTC",
        "durations": [60, 120, 300, 2640],
        "lastDay": "9999-12-31",
        "leaseMs": 5000,
    })
}
