use std::sync::{Arc, atomic::Ordering};

use sqlx::PgConnection;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::NOTIFY_GAP;
use crate::{
    backoff::Backoff,
    database::{ANSWER_MAX, no_answer},
    log::Shared,
    metrics,
};

/// Tells other nodes that this one has appended, in a transaction of its own:
/// within the append it would serialise every commit of the database.
pub(super) async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    let mut connection = None;
    let mut backoff = Backoff::default();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = shared.wake.appended.notified() => {}
        }
        let pause = tokio::select! {
            () = stop.cancelled() => return,
            told = tell(&shared, &mut connection) => match told {
                Ok(()) => {
                    backoff = Backoff::default();
                    NOTIFY_GAP
                }
                Err(error) => {
                    connection = None;
                    metrics::reconnecting("notifier");
                    tracing::warn!(%error, "other nodes can't be notified");
                    shared.wake.appended.notify_one();
                    backoff.delay()
                }
            },
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn tell(shared: &Shared, connection: &mut Option<PgConnection>) -> Result<(), sqlx::Error> {
    let connection = match connection {
        Some(connection) => connection,
        None => connection.insert(shared.background.acquire().await?.detach()),
    };
    let told = sqlx::query_scalar(include_str!("notify.sql")).fetch_one(connection);
    let own: i32 = timeout(ANSWER_MAX, told).await.map_err(|_| no_answer())??;
    // Its notifications are no news to this node.
    shared
        .wake
        .notifier
        .store(own.unsigned_abs(), Ordering::Relaxed);
    Ok(())
}
