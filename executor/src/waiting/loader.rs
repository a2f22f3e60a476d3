//! Reads cold streams while the owner goes on.

use std::{collections::VecDeque, future, panic, sync::Arc};

use domain::{partition::Partition, stream::StreamId};
use eventlog::{Log, LogError, Standing};
use tokio::task::JoinSet;

use crate::memory::{Found, Loading, Loads};

/// Reads at a time per partition: more would take the pool from the appends.
const READS_MAX: usize = 2;
/// Streams in one read; the rest wait for the next.
const STREAMS_PER_READ: usize = 256;

/// Reads what is asked of it, each stream once, many in one round trip.
#[derive(Debug)]
pub(crate) struct Loader {
    log: Log,
    standing: Arc<dyn Standing>,
    partition: Partition,
    asked: VecDeque<StreamId>,
    /// Parts of reads that have failed, to be read each for itself.
    parts: VecDeque<Vec<StreamId>>,
    reads: JoinSet<Read>,
}

/// How a read ended.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) streams: Vec<StreamId>,
    pub(crate) found: Result<Found, Arc<LogError>>,
}

impl Loader {
    pub(crate) fn new(log: Log, standing: Arc<dyn Standing>, partition: Partition) -> Self {
        Self {
            log,
            standing,
            partition,
            asked: VecDeque::new(),
            parts: VecDeque::new(),
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
        while self.reads.len() < READS_MAX
            && let Some(streams) = self.next_streams()
        {
            let (log, standing) = (self.log.clone(), Arc::clone(&self.standing));
            let partition = self.partition;
            self.reads.spawn(async move {
                let found = Loads::read(&log, &*standing, partition, streams.clone()).await;
                Read {
                    found: found.map_err(Arc::new),
                    streams,
                }
            });
        }
    }

    fn next_streams(&mut self) -> Option<Vec<StreamId>> {
        if let Some(part) = self.parts.pop_front() {
            return Some(part);
        }
        let count = self.asked.len().min(STREAMS_PER_READ);
        metrics::counter!("slotkeeper_cold_loads_total").increment(count as u64);
        (count > 0).then(|| self.asked.drain(..count).collect())
    }

    /// The next read that ends. Cancel-safe; waits for ever when there is none.
    pub(crate) async fn next(&mut self) -> Read {
        loop {
            let Some(ended) = self.reads.join_next().await else {
                return future::pending().await;
            };
            if let Some(read) = self.ended(ended) {
                return read;
            }
        }
    }

    /// A read that has ended, if one has.
    pub(crate) fn try_next(&mut self) -> Option<Read> {
        loop {
            let ended = self.reads.try_join_next()?;
            if let Some(read) = self.ended(ended) {
                return Some(read);
            }
        }
    }

    /// How a read ended; nothing when its streams are read again in two parts, so
    /// that one that can't be read fails alone.
    fn ended(&mut self, ended: Result<Read, tokio::task::JoinError>) -> Option<Read> {
        let mut read = match ended {
            Ok(read) => read,
            // Reads are only aborted with the loader, so this one panicked; its
            // streams would never come, and the owner must start again.
            Err(error) => panic::resume_unwind(error.into_panic()),
        };
        let again = match &read.found {
            Err(error) => error.is_of_the_question() && read.streams.len() > 1,
            Ok(_) => false,
        };
        if again {
            let half = read.streams.split_off(read.streams.len() / 2);
            self.parts.extend([read.streams, half]);
            self.start();
            return None;
        }
        self.start();
        Some(read)
    }
}
