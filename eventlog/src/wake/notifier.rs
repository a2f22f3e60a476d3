use std::sync::{Arc, atomic::Ordering};

use sqlx::{Executor, PgConnection, Postgres, pool::PoolConnection};
use tokio_util::sync::CancellationToken;

use super::NOTIFY_GAP;
use crate::{backoff::Backoff, log::Shared, metrics};

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

async fn tell(
    shared: &Shared,
    connection: &mut Option<PoolConnection<Postgres>>,
) -> Result<(), sqlx::Error> {
    if connection.is_none() {
        *connection = Some(connect(shared).await?);
    }
    if let Some(connection) = connection {
        connection.execute(include_str!("notify.sql")).await?;
    }
    Ok(())
}

async fn connect(shared: &Shared) -> Result<PoolConnection<Postgres>, sqlx::Error> {
    let mut connection = shared.background.acquire().await?;
    // Nothing rests on a notification, so it need not wait for the disk.
    connection.execute("set synchronous_commit = off").await?;
    let own = backend(&mut connection).await?;
    shared.wake.notifier.store(own, Ordering::Relaxed);
    Ok(connection)
}

/// Which backend of the server this connection talks to: its notifications are
/// no news to this node.
async fn backend(connection: &mut PgConnection) -> Result<u32, sqlx::Error> {
    let backend: i32 = sqlx::query_scalar("select pg_backend_pid()")
        .fetch_one(connection)
        .await?;
    Ok(backend.unsigned_abs())
}
