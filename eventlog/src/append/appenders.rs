use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use domain::partition::Partition;
use sqlx::{PgConnection, PgPool, pool::PoolConnection};

use crate::{database::ping, pool::IDLE_UNASKED_MAX};

/// A connection for each partition that this node appends to, kept aside.
///
/// The pool would ask each one after its use whether it lives: a second message
/// for every append. Here a connection is kept only when its last append ended
/// as it should, and asked only when that is a while ago.
#[derive(Debug)]
pub(crate) struct Appenders {
    kept: Box<[Mutex<Option<Kept>>]>,
}

#[derive(Debug)]
struct Kept {
    connection: PgConnection,
    since: Instant,
}

impl Appenders {
    pub(crate) fn new(partitions: u16) -> Self {
        Self {
            kept: (0..partitions).map(|_| Mutex::new(None)).collect(),
        }
    }

    /// The partition's connection; another of the pool's when it is in use.
    pub(super) async fn take(
        &self,
        pool: &PgPool,
        partition: Partition,
    ) -> Result<PgConnection, sqlx::Error> {
        let kept = self.slot(partition).and_then(|slot| {
            let mut kept = slot.lock().unwrap_or_else(PoisonError::into_inner);
            kept.take()
        });
        if let Some(kept) = kept
            && let Some(connection) = kept.alive().await
        {
            return Ok(connection);
        }
        pool.acquire().await.map(PoolConnection::detach)
    }

    /// Keeps a sound connection for the partition's next append.
    pub(super) fn keep(&self, partition: Partition, connection: PgConnection) {
        if let Some(slot) = self.slot(partition) {
            let mut kept = slot.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get_or_insert(Kept {
                connection,
                since: Instant::now(),
            });
        }
    }

    fn slot(&self, partition: Partition) -> Option<&Mutex<Option<Kept>>> {
        self.kept.get(usize::from(partition.get()))
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
