use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use sqlx::{PgConnection, PgPool, pool::PoolConnection};

use super::joint::UNDER_WAY_MAX;
use crate::{database::ping, pool::IDLE_UNASKED_MAX};

/// Connections for this node's appends, kept aside: as many as appends are under way
/// at a time.
///
/// The pool would ask each one after its use whether it lives: a second message
/// for every append. Here a connection is kept only when its last append ended
/// as it should, and asked only when that is a while ago.
#[derive(Debug, Default)]
pub(crate) struct Appenders {
    /// The one that was used last at the end.
    kept: Mutex<Vec<Kept>>,
}

#[derive(Debug)]
struct Kept {
    connection: PgConnection,
    since: Instant,
}

impl Appenders {
    /// A kept connection; another of the pool's when all are in use.
    pub(super) async fn take(&self, pool: &PgPool) -> Result<PgConnection, sqlx::Error> {
        let kept = self.kept().pop();
        if let Some(kept) = kept
            && let Some(connection) = kept.alive().await
        {
            return Ok(connection);
        }
        pool.acquire().await.map(PoolConnection::detach)
    }

    /// Keeps a sound connection for the next append.
    pub(super) fn keep(&self, connection: PgConnection) {
        let mut kept = self.kept();
        if kept.len() < UNDER_WAY_MAX {
            kept.push(Kept {
                connection,
                since: Instant::now(),
            });
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// The connection, if it still leads to the server. Otherwise an append would find
    /// out, and then not know its own end.
    async fn alive(mut self) -> Option<PgConnection> {
        let asked = self.since.elapsed() > IDLE_UNASKED_MAX;
        if asked && ping(&mut self.connection).await.is_err() {
            return None;
        }
        Some(self.connection)
    }
}
