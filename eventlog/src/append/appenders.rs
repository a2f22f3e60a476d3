use std::sync::{Mutex, PoisonError};

use domain::partition::Partition;
use sqlx::{PgConnection, PgPool, pool::PoolConnection};

/// A connection for each partition that this node appends to, kept aside.
///
/// The pool would ask each one after its use whether it lives: a second message
/// for every append. Here a connection is kept only when its last append ended
/// as it should.
#[derive(Debug)]
pub(crate) struct Appenders {
    kept: Box<[Mutex<Option<PgConnection>>]>,
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
        match kept {
            Some(connection) => Ok(connection),
            None => pool.acquire().await.map(PoolConnection::detach),
        }
    }

    /// Keeps a sound connection for the partition's next append.
    pub(super) fn keep(&self, partition: Partition, connection: PgConnection) {
        if let Some(slot) = self.slot(partition) {
            let mut kept = slot.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get_or_insert(connection);
        }
    }

    fn slot(&self, partition: Partition) -> Option<&Mutex<Option<PgConnection>>> {
        self.kept.get(usize::from(partition.get()))
    }
}
