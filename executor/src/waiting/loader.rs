//! Reads cold streams while the owner goes on.

use std::{collections::VecDeque, future, panic, sync::Arc};

use domain::{partition::Partition, stream::StreamId};
use eventlog::{Log, LogError, StreamEvents};
use tokio::task::JoinSet;

use crate::memory::Loading;

/// Reads at a time per partition: more would take the pool from the appends.
const READS_MAX: usize = 2;
/// Streams in one read; the rest wait for the next.
const STREAMS_PER_READ: usize = 256;

/// Reads what is asked of it, each stream once, many in one round trip.
#[derive(Debug)]
pub(crate) struct Loader {
    log: Log,
    partition: Partition,
    asked: VecDeque<StreamId>,
    reads: JoinSet<Read>,
}

/// How a read ended.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) streams: Vec<StreamId>,
    pub(crate) found: Result<Vec<StreamEvents>, Arc<LogError>>,
}

impl Loader {
    pub(crate) fn new(log: Log, partition: Partition) -> Self {
        Self {
            log,
            partition,
            asked: VecDeque::new(),
            reads: JoinSet::new(),
        }
    }

    /// Asks for streams; those under way already are not read again.
    pub(crate) fn ask(&mut self, loading: &mut Loading, streams: Vec<StreamId>) {
        for stream in streams {
            if loading.begin(&stream) {
                self.asked.push_back(stream);
            }
        }
        self.start();
    }

    fn start(&mut self) {
        while self.reads.len() < READS_MAX && !self.asked.is_empty() {
            let count = self.asked.len().min(STREAMS_PER_READ);
            let streams: Vec<StreamId> = self.asked.drain(..count).collect();
            metrics::counter!("slotkeeper_cold_loads_total").increment(streams.len() as u64);
            let (log, partition) = (self.log.clone(), self.partition);
            self.reads.spawn(async move {
                let found = log.read_streams(partition, &streams).await;
                Read {
                    found: found.map_err(Arc::new),
                    streams,
                }
            });
        }
    }

    /// The next read that ends. Cancel-safe; waits for ever when there is none.
    pub(crate) async fn next(&mut self) -> Read {
        let Some(ended) = self.reads.join_next().await else {
            return future::pending().await;
        };
        self.ended(ended)
    }

    /// A read that has ended, if one has.
    pub(crate) fn try_next(&mut self) -> Option<Read> {
        let ended = self.reads.try_join_next()?;
        Some(self.ended(ended))
    }

    fn ended(&mut self, ended: Result<Read, tokio::task::JoinError>) -> Read {
        self.start();
        match ended {
            Ok(read) => read,
            // Reads are only aborted with the loader, so this one panicked; its
            // streams would never come, and the owner must begin anew.
            Err(error) => panic::resume_unwind(error.into_panic()),
        }
    }
}
