use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use sqlx::{Executor, postgres::PgListener};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::CHANNEL;
use crate::{
    backoff::Backoff,
    database::{PING_MAX, no_answer},
    log::Shared,
    metrics,
};

/// After so long without a notification the connection is asked whether it lives: a
/// proxy that forgot it does not say so.
const QUIET_MAX: Duration = Duration::from_secs(15);

/// Listens for other nodes' appends, and connects again when the connection is
/// lost.
pub(super) async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    let mut backoff = Backoff::default();
    loop {
        let lost = tokio::select! {
            () = stop.cancelled() => return,
            lost = listen(&shared, &mut backoff) => lost,
        };
        shared.wake.listening.store(false, Ordering::Relaxed);
        // Polling is faster from now on, and begins at once.
        shared.wake.look.notify_one();
        metrics::reconnecting("listener");
        tracing::warn!(error = %lost, "the log's notifications are not heard");
        tokio::select! {
            () = stop.cancelled() => return,
            () = backoff.wait() => {}
        }
    }
}

/// Listens until the connection is lost.
async fn listen(shared: &Shared, backoff: &mut Backoff) -> sqlx::Error {
    match try_listen(shared, backoff).await {
        Ok(()) => sqlx::Error::PoolClosed,
        Err(error) => error,
    }
}

async fn try_listen(shared: &Shared, backoff: &mut Backoff) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(&shared.background).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    *backoff = Backoff::default();
    shared.wake.listening.store(true, Ordering::Relaxed);
    // Whatever was notified before is lost.
    shared.wake.look.notify_one();
    loop {
        // To stop waiting loses no notification that has come in part.
        match timeout(QUIET_MAX, listener.try_recv()).await {
            Ok(heard) => match heard? {
                Some(notification) => {
                    let own = shared.wake.notifier.load(Ordering::Relaxed);
                    if notification.process_id() != own {
                        shared.wake.look.notify_one();
                    }
                }
                None => return Ok(()),
            },
            Err(_) => ask(&mut listener).await?,
        }
    }
}

/// Asks whether the connection lives.
async fn ask(listener: &mut PgListener) -> Result<(), sqlx::Error> {
    match timeout(PING_MAX, listener.execute("select")).await {
        Ok(answer) => answer.map(|_| ()),
        Err(_) => Err(no_answer()),
    }
}
