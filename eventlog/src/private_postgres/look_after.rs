//! Watches over a private PostgreSQL and starts it again when it goes.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Mutex, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::{PrivatePostgres, PrivatePostgresError};
use crate::{
    Backoff, Cause, Health,
    supervise::{Task, supervise},
};

/// The name under which its trouble is noted.
const LOOKING: &str = "looking after the private PostgreSQL";

/// Before the first try to start it again.
const RETRY_MIN: Duration = Duration::from_millis(100);
/// The longest pause between two tries: how late it is noticed that, for one, the disk
/// has room again.
const RETRY_MAX: Duration = Duration::from_secs(5);

/// A private PostgreSQL that is adopted or started again whenever it goes.
///
/// Dropping it tells the server to shut down, if this process runs it.
#[derive(Debug)]
pub struct LookedAfter {
    postgres: Arc<Mutex<PrivatePostgres>>,
    stop: CancellationToken,
    looking: JoinHandle<()>,
}

impl PrivatePostgres {
    /// Looks after it from now on: `health` is told while it is gone, and why.
    pub fn look_after(self, health: Health) -> LookedAfter {
        let postgres = Arc::new(Mutex::new(self));
        let stop = CancellationToken::new();
        let (looked_at, noted, stopped) = (Arc::clone(&postgres), health.clone(), stop.clone());
        let look = move || {
            let (postgres, health) = (Arc::clone(&looked_at), noted.clone());
            let stopped = stopped.clone();
            async move {
                let mut postgres = postgres.lock().await;
                tokio::select! {
                    () = stopped.cancelled() => {}
                    () = postgres.keep_running(&health) => {}
                }
            }
        };
        let task = Task::of_node("looking after PostgreSQL");
        LookedAfter {
            postgres,
            looking: tokio::spawn(supervise(task, health, stop.clone(), look)),
            stop,
        }
    }

    /// Starts it again whenever it goes, for ever.
    async fn keep_running(&mut self, health: &Health) {
        loop {
            let gone = self.gone().await;
            tracing::error!(
                reason = gone,
                "the private PostgreSQL is gone: it is started again"
            );
            health.set(LOOKING, Cause::PrivatePostgres, gone);
            let mut backoff = Backoff::between(RETRY_MIN, RETRY_MAX);
            while let Err(error) = self.again().await {
                tracing::warn!(%error, "the private PostgreSQL does not start");
                health.set(LOOKING, Cause::PrivatePostgres, error.to_string());
                backoff.wait().await;
            }
            health.clear(LOOKING);
        }
    }
}

impl LookedAfter {
    /// Looks after it no longer, and stops it: see [`PrivatePostgres::stop`].
    ///
    /// # Errors
    ///
    /// As [`PrivatePostgres::stop`].
    pub async fn stop(self) -> Result<(), PrivatePostgresError> {
        self.stop.cancel();
        if let Err(error) = self.looking.await {
            tracing::error!(%error, "looking after PostgreSQL ended badly");
        }
        match Arc::into_inner(self.postgres) {
            Some(postgres) => postgres.into_inner().stop().await,
            // Whoever looked after it has ended, and nobody else has it.
            None => Ok(()),
        }
    }
}
